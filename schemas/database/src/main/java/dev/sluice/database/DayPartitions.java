package dev.sluice.database;

import dev.sluice.database.RangePartitions.Coming;
import dev.sluice.database.RangePartitions.Partition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps one partition for each UTC day of a table with {@code PARTITION BY RANGE COLUMNS} of a
 * DATETIME and a last partition {@code later}: made ahead of time and dropped as a whole.
 *
 * <p>Several processes may do this at once: the second finds it done.
 */
public final class DayPartitions {
  private static final int DAYS_AHEAD = 3;
  private static final int DATE_LETTERS = "yyyy-mm-dd".length();

  private DayPartitions() {}

  /**
   * Adds coming days and drops those before {@code oldest}. Call it at start and about once an
   * hour, on a connection that commits by itself to a database that is {@linkplain
   * Dialect#partitioned partitioned}.
   *
   * @param oldest the first day that is kept
   * @param unless a condition, never from outside: days with a row of which it holds stay; empty
   *     for nothing
   * @return about how many rows went
   * @throws SQLException also when a long transaction is in the way: the next call makes up for it
   */
  public static long maintain(
      Connection connection, String table, LocalDate oldest, LocalDate today, String unless)
      throws SQLException {
    RangePartitions days = RangePartitions.of(connection, table);
    addDays(days, oldest, today);
    List<Partition> old = new ArrayList<>();
    for (Partition partition : days.list()) {
      if (partition.bound() != null
          && !bound(partition.bound()).isAfter(oldest)
          && (unless.isEmpty() || days.hasNone(partition, unless))) {
        old.add(partition);
      }
    }
    return days.drop(old);
  }

  /** Splits days off from {@code later}; the first one there ever is has the rows before it too. */
  private static void addDays(RangePartitions days, LocalDate oldest, LocalDate today)
      throws SQLException {
    LocalDate there = null;
    for (Partition partition : days.list()) {
      there = partition.bound() == null ? there : bound(partition.bound());
    }
    LocalDate first = there == null ? today : there.isBefore(oldest) ? oldest : there;
    List<Coming> coming = new ArrayList<>();
    for (LocalDate day = first; !day.isAfter(today.plusDays(DAYS_AHEAD)); day = day.plusDays(1)) {
      String name = "d" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
      coming.add(new Coming(name, "'" + day.plusDays(1) + "'"));
    }
    if (!coming.isEmpty()) {
      days.split("later", coming);
    }
  }

  /** The server tells it as a time in quotes. */
  private static LocalDate bound(String text) {
    return LocalDate.parse(text.substring(1, 1 + DATE_LETTERS));
  }
}
