package dev.sluice.cli;

import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.worker.dead.DeadTasks;
import java.sql.SQLException;
import java.time.InstantSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands on dead tasks have in common: settings, output, the database. */
final class DeadTasksOptions {

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  boolean json;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  /** Something done with the dead tasks. */
  @FunctionalInterface
  interface Work {
    int on(DeadTasks deadTasks, SluiceSettings settings) throws SQLException;
  }

  /** Opens the database and does the work; returns its exit status. */
  int run(Work work) throws SQLException {
    SluiceSettings settings = settingsOptions.load();
    try (Database database = settingsOptions.database(settings)) {
      database.migrate();
      return work.on(new DeadTasks(database.dataSource(), InstantSource.system()), settings);
    }
  }

  SettingsOptions settings() {
    return settingsOptions;
  }

  void print(String text) {
    settingsOptions.out().println(text);
    settingsOptions.out().flush();
  }
}
