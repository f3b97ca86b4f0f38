package dev.sluice.cli;

import dev.sluice.cli.process.Keys;
import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import dev.sluice.worker.dead.DeadTasks;
import java.sql.SQLException;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/** What the commands on dead tasks have in common: the form of their output, the database. */
final class DeadTasksOptions {

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  boolean json;

  /** Something done with the dead tasks. */
  @FunctionalInterface
  interface Work {
    int on(DeadTasks deadTasks, SluiceSettings settings) throws SQLException;
  }

  /** Opens the database and does the work; returns its exit status. */
  int run(SettingsOptions found, Work work) throws SQLException {
    SluiceSettings settings = found.load();
    try (Database database = found.database(settings);
        Closing closing = new Closing();
        Keys keys = new Keys(settings)) {
      database.migrate();
      DeadTasks deadTasks =
          new DeadTasks(database.dataSource(), InstantSource.system(), keys.store().orElse(null))
              .named(found.otherDatabases(settings, TaskType.MAIN_DATABASE, closing));
      return work.on(deadTasks, settings);
    }
  }
}
