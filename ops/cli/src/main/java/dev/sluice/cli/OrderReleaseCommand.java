package dev.sluice.cli;

import dev.sluice.database.Database;
import dev.sluice.worker.order.HeldKeys;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice order release}. */
@Command(
    name = "release",
    mixinStandardHelpOptions = true,
    description = {
      "Lets the next task of an order key go on although the task that holds it is not settled.",
      "For a task that was lost: its queue was purged or deleted. Should it come back, it runs out"
          + " of order.",
      "A running worker or scheduler publishes the next one."
    })
final class OrderReleaseCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "QUEUE", description = "As sluice order list shows it.")
  private String partition = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "The order key.")
  private String key = "";

  @Parameters(index = "2", paramLabel = "TASK", description = "Id of the task that holds it.")
  private String taskId = "";

  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    try (Database database = servers.database(servers.load())) {
      database.migrate();
      HeldKeys keys = new HeldKeys(database.dataSource(), InstantSource.system());
      if (!keys.release(partition, key, taskId)) {
        throw new CommandFailed(
            "task "
                + taskId
                + " does not hold the key '"
                + key
                + "' of "
                + partition
                + "; see sluice order list");
      }
      servers.print("released");
      return 0;
    }
  }
}
