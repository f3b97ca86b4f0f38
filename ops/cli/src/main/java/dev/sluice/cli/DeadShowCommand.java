package dev.sluice.cli;

import dev.sluice.worker.dead.DeadTask;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice dead show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows one dead task with its message and stack trace.")
final class DeadShowCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ENTRY", description = "Number of the entry, as dead list prints it.")
  private long entry;

  @Mixin private DeadTasksOptions options = new DeadTasksOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        (deadTasks, settings) -> {
          DeadTask task =
              deadTasks
                  .find(entry)
                  .orElseThrow(
                      () ->
                          new CommandFailed(
                              "there is no entry " + entry + "; see sluice dead list --any-state"));
          Map<String, @Nullable Object> view = DeadTaskView.whole(task, deadTasks.message(entry));
          servers.print(options.json ? Json.line(view) : text(view));
          return 0;
        });
  }

  private static String text(Map<String, @Nullable Object> view) {
    StringBuilder text = new StringBuilder();
    view.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> headers) {
            text.append(name).append(System.lineSeparator());
            headers.forEach((key, each) -> line(text, "  " + key, each));
          } else if (value != null) {
            line(text, name, value);
          }
        });
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append("%-16s ".formatted(name)).append(value).append(System.lineSeparator());
  }
}
