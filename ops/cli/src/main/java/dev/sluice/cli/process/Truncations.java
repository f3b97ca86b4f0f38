package dev.sluice.cli.process;

import dev.sluice.cli.CommandFailed;
import dev.sluice.settings.RetentionSettings;
import dev.sluice.task.TaskType;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.retention.AgeUnit;
import dev.sluice.worker.retention.BatchLimits;
import dev.sluice.worker.retention.OwnRetention;
import dev.sluice.worker.retention.Retention;
import dev.sluice.worker.retention.RetentionInvalid;
import dev.sluice.worker.retention.TableTruncation;
import dev.sluice.worker.retention.TruncationMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The truncation of tables, as the settings have it. */
final class Truncations {
  private static final InstantSource CLOCK = InstantSource.system();

  private Truncations() {}

  /**
   * A truncation whose tables are held against their databases; empty without a main database.
   *
   * @param main what is written to it counts and waits for the ceiling
   * @param named the others, by their names, of which the same is true
   * @throws CommandFailed saying of each table that cannot be truncated which key is wrong, and why
   */
  static Optional<TableTruncation> of(
      RetentionSettings settings,
      Optional<DataSource> main,
      Map<String, DataSource> named,
      Governor governor,
      MeterRegistry registry) {
    if (main.isEmpty() && !settings.tables().isEmpty()) {
      throw new CommandFailed(
          "retention.tables needs a database and none is named; set database.url in sluice.yaml or"
              + " SLUICE_DATABASE_URL");
    }
    return main.map(
        source -> {
          Map<String, DataSource> all = new LinkedHashMap<>(named);
          all.put(TaskType.MAIN_DATABASE, source);
          return checked(settings, all, governor, registry);
        });
  }

  private static TableTruncation checked(
      RetentionSettings settings,
      Map<String, DataSource> databases,
      Governor governor,
      MeterRegistry registry) {
    TableTruncation.Options options =
        TableTruncation.Options.of(databases, CLOCK)
            .own(
                new OwnRetention(
                    settings.firings(),
                    settings.deadTasks(),
                    settings.settledDeadTasks(),
                    settings.counterCorrections()))
            .tables(
                settings.tables().entrySet().stream()
                    .map(entry -> retention(entry.getKey(), entry.getValue()))
                    .toList())
            .ceiling(name -> governor.database(name).snapshot().ceiling())
            .listeners(List.of(new TruncationMetrics(registry, CLOCK)));
    try {
      TableTruncation truncation = TableTruncation.of(options);
      List<String> problems = truncation.check();
      if (!problems.isEmpty()) {
        throw new CommandFailed(String.join("\n  ", problems));
      }
      return truncation;
    } catch (RetentionInvalid e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw new CommandFailed(
          "retention: the database could not be asked for its tables: " + e.getMessage(), e);
    }
  }

  private static Retention retention(String name, RetentionSettings.Table table) {
    return new Retention(
        name,
        table.table().orElse(name),
        table.column(),
        table.keep(),
        table.unit().map(unit -> AgeUnit.valueOf(unit.name())).orElse(null),
        table.database(),
        new BatchLimits(table.batch().rows(), table.batch().time(), table.batch().rest()));
  }
}
