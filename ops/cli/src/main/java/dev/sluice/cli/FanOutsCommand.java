package dev.sluice.cli;

import dev.sluice.worker.longtask.Progress;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice fanouts}. */
@Command(
    name = "fanouts",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the fan-outs and other long tasks that have not ended, the oldest first: how far they",
      "are, how fast, and when they will be done. Stops, continues, ends and rescues them."
    },
    subcommands = {
      FanOutsPauseCommand.class,
      FanOutsResumeCommand.class,
      FanOutsCancelCommand.class,
      FanOutsRescueCommand.class
    })
final class FanOutsCommand implements Callable<Integer> {

  @Mixin private FanOutsOptions options = new FanOutsOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Option(
      names = "--limit",
      defaultValue = "50",
      paramLabel = "N",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        longTasks -> {
          List<Progress> open = longTasks.open(limit);
          if (options.json) {
            open.forEach(progress -> servers.print(Json.line(view(progress))));
          } else if (open.isEmpty()) {
            servers.print("none is open");
          } else {
            servers.print(table(open));
          }
          return 0;
        });
  }

  private static Map<String, @Nullable Object> view(Progress progress) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("id", progress.id());
    view.put("name", progress.name());
    view.put("state", progress.state().name());
    view.put("done", progress.done());
    view.put("total", progress.total());
    view.put("rate", Math.round(progress.rate()));
    view.put("eta", progress.eta() == null ? null : progress.eta().toString());
    view.put("lanes", progress.lanes());
    view.put("lanes_done", progress.lanesDone());
    view.put("started", progress.startedAt().toString());
    view.put("moved", progress.movedAt().toString());
    return view;
  }

  private static String table(List<Progress> open) {
    Table table = new Table("ID", "NAME", "STATE", "DONE", "TOTAL", "PER SECOND", "LEFT", "LANES");
    for (Progress progress : open) {
      table.row(
          progress.id(),
          progress.name(),
          progress.state().name().toLowerCase(Locale.ROOT),
          "%,d".formatted(progress.done()),
          progress.total() == null ? "-" : "%,d".formatted(progress.total()),
          "%,.0f".formatted(progress.rate()),
          left(progress),
          progress.lanesDone() + " of " + progress.lanes() + " done");
    }
    return table.toString();
  }

  private static String left(Progress progress) {
    Instant eta = progress.eta();
    return eta == null ? "-" : Duration.between(progress.at(), eta).toSeconds() + " s";
  }
}
