package dev.sluice.cli;

import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import picocli.CommandLine.Option;

/** What the commands on the outbox have in common: the form of their output, the database. */
final class OutboxOptions {

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  boolean json;

  @Option(
      names = "--database",
      defaultValue = TaskType.MAIN_DATABASE,
      paramLabel = "NAME",
      description = "The database whose outbox it is: main, or a name of databases.")
  private String databaseName = TaskType.MAIN_DATABASE;

  /** Something done with the database; the others are opened when they are used. */
  @FunctionalInterface
  interface Work {
    int on(DataSource dataSource, List<DataSource> others) throws SQLException;
  }

  /** Opens the database and does the work; returns its exit status. */
  int run(SettingsOptions found, Work work) throws SQLException {
    SluiceSettings settings = found.load();
    try (Closing closing = new Closing()) {
      Database database = closing.add(found.database(settings, databaseName));
      database.migrate();
      return work.on(database.dataSource(), found.otherDatabases(settings, databaseName, closing));
    }
  }
}
