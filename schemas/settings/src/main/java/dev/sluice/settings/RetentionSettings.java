package dev.sluice.settings;

import dev.sluice.task.TaskType;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Section {@code retention}: how long rows are kept.
 *
 * @param firings the ledger of firings
 * @param deadTasks dead tasks that wait for somebody
 * @param settledDeadTasks those that were redriven or discarded, from then on; never shorter than
 *     30 days, since from them is known how often a task was redriven
 * @param counterCorrections what recounts corrected
 * @param tables tables of the application, by the names that tasks give them
 */
public record RetentionSettings(
    Duration firings,
    Duration deadTasks,
    Duration settledDeadTasks,
    Duration counterCorrections,
    Map<String, Table> tables) {
  private static final Duration SHORTEST = Duration.ofHours(1);

  /** As long as an inbox remembers. */
  private static final Duration SHORTEST_SETTLED = Duration.ofDays(30);

  /** What the number in an age column counts. */
  public enum Unit {
    MILLIS,
    SECONDS,
    DAYS
  }

  /**
   * A table of the application.
   *
   * @param table its name, where that is not the entry's
   * @param column its age column
   * @param unit what that counts; empty where it is a time
   * @param keep how long a row is kept
   * @param database the database that it is in: {@code main}, or a name of {@code databases}
   * @param batch how much is deleted at a time
   */
  public record Table(
      Optional<String> table,
      String column,
      Optional<Unit> unit,
      Duration keep,
      String database,
      Batch batch) {}

  /**
   * How much is deleted at a time.
   *
   * @param rows most rows of a transaction
   * @param time how long one should take at most
   * @param rest how long the database is left alone after each, as a multiple of what it took
   */
  public record Batch(int rows, Duration time, double rest) {}

  public RetentionSettings {
    atLeast("firings", firings);
    atLeast("deadTasks", deadTasks);
    if (settledDeadTasks.compareTo(SHORTEST_SETTLED) < 0) {
      throw new IllegalArgumentException(
          "retention.settledDeadTasks: must be at least 30d: how often a task was redriven is known"
              + " from them");
    }
    atLeast("counterCorrections", counterCorrections);
    tables.forEach(RetentionSettings::check);
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
  }

  void check(Set<String> databases) {
    tables.forEach(
        (name, table) -> {
          if (!table.database().equals(TaskType.MAIN_DATABASE)
              && !databases.contains(table.database())) {
            Set<String> known = new TreeSet<>(databases);
            known.add(TaskType.MAIN_DATABASE);
            throw new IllegalArgumentException(
                "retention.tables.%s.database: '%s' is not among databases; known are %s"
                    .formatted(name, table.database(), String.join(", ", known)));
          }
        });
  }

  private static void atLeast(String key, Duration keep) {
    if (keep.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("retention." + key + ": must be at least 1h");
    }
  }

  private static void check(String name, Table table) {
    if (table.keep().isZero()) {
      throw new IllegalArgumentException(
          "retention.tables." + name + ".keep: must be longer than 0");
    }
    if (table.batch().time().isZero()) {
      throw new IllegalArgumentException(
          "retention.tables." + name + ".batch.time: must be longer than 0");
    }
  }
}
