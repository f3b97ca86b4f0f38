package dev.sluice.cli;

import dev.sluice.database.Database;
import dev.sluice.worker.order.HeldKey;
import dev.sluice.worker.order.HeldKeys;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice order list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the order keys that are held, the longest first, with the task that holds each.",
      "Counts end at " + HeldKeys.MOST + "."
    })
final class OrderListCommand implements Callable<Integer> {

  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Option(
      names = "--limit",
      defaultValue = "50",
      paramLabel = "N",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  private boolean json;

  @Override
  public Integer call() throws SQLException {
    try (Database database = servers.database(servers.load())) {
      database.migrate();
      HeldKeys keys = new HeldKeys(database.dataSource(), InstantSource.system());
      List<HeldKey> held = keys.list(limit);
      if (json) {
        held.forEach(key -> servers.print(Json.line(view(key))));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("held", keys.held());
        summary.put("waiting", keys.waiting());
        servers.print(Json.line(summary));
        return 0;
      }
      if (!held.isEmpty()) {
        servers.print(table(held));
      }
      servers.print(
          count(keys.held())
              + " keys held; "
              + count(keys.waiting())
              + " tasks wait behind others");
      return 0;
    }
  }

  private static Map<String, Object> view(HeldKey key) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("queue", key.partition());
    view.put("order_key", key.key());
    view.put("task_id", key.taskId());
    view.put("since", key.since().toString());
    view.put("waiting", key.waiting());
    return view;
  }

  private static String table(List<HeldKey> keys) {
    Table table = new Table("QUEUE", "KEY", "TASK", "SINCE", "WAITING");
    for (HeldKey key : keys) {
      table.row(
          key.partition(),
          key.key(),
          key.taskId(),
          key.since().truncatedTo(ChronoUnit.SECONDS),
          key.waiting());
    }
    return table.toString();
  }

  private static String count(int number) {
    return number == HeldKeys.MOST ? number + " or more" : String.valueOf(number);
  }
}
