package dev.sluice.cli;

import dev.sluice.outbox.OutboxStats;
import dev.sluice.outbox.ParkedMessage;
import dev.sluice.outbox.ParkedMessages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice outbox list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the messages that were set aside, the first one written first, and says how many wait.",
      "Counts end at " + OutboxStats.MOST + "."
    })
final class OutboxListCommand implements Callable<Integer> {

  @Mixin private OutboxOptions options = new OutboxOptions();
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
        (dataSource, others) -> {
          List<ParkedMessage> parked = new ParkedMessages(dataSource).list(limit);
          OutboxStats stats = stats(dataSource);
          Instant now = Instant.now();
          if (options.json) {
            parked.forEach(message -> servers.print(Json.line(view(message))));
            servers.print(Json.line(summary(stats, now)));
          } else {
            if (!parked.isEmpty()) {
              servers.print(table(parked));
            }
            servers.print(sentence(stats, now));
          }
          return 0;
        });
  }

  private static OutboxStats stats(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return OutboxStats.read(connection);
    }
  }

  private static Map<String, @Nullable Object> view(ParkedMessage message) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("message", message.id());
    view.put("task_id", message.taskId());
    view.put("task", message.taskName());
    view.put("queue", message.queue());
    view.put("reason", message.reason());
    view.put("since", message.failingSince().toString());
    return view;
  }

  private static Map<String, @Nullable Object> summary(OutboxStats stats, Instant now) {
    Map<String, @Nullable Object> summary = new LinkedHashMap<>();
    summary.put("waiting", stats.waiting());
    summary.put("oldest_seconds", stats.oldest() == null ? null : age(stats.oldest(), now));
    summary.put("parked", stats.parked());
    return summary;
  }

  private static String table(List<ParkedMessage> messages) {
    Table table = new Table("MESSAGE", "SINCE", "TASK", "ID", "QUEUE", "WHY");
    for (ParkedMessage message : messages) {
      table.row(
          message.id(),
          message.failingSince().truncatedTo(ChronoUnit.SECONDS),
          message.taskName() == null ? "-" : message.taskName(),
          message.taskId() == null ? "-" : message.taskId(),
          message.queue(),
          message.reason().lines().findFirst().orElse(""));
    }
    return table.toString();
  }

  private static String sentence(OutboxStats stats, Instant now) {
    return count(stats.waiting())
        + " waiting"
        + (stats.oldest() == null ? "" : ", the oldest for " + age(stats.oldest(), now) + " s")
        + "; "
        + count(stats.parked())
        + " set aside";
  }

  private static String count(int number) {
    return number == OutboxStats.MOST ? number + " or more" : String.valueOf(number);
  }

  /** A writer's clock may be ahead of ours. */
  private static long age(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toSeconds());
  }
}
