package dev.sluice.database;

import dev.sluice.database.RangePartitions.Coming;
import dev.sluice.database.RangePartitions.Partition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps one partition of the inbox for each UTC day, made ahead of time and dropped as a whole.
 *
 * <p>Several processes may do this at once: the second finds it done.
 */
public final class InboxPartitions {
  private static final int DAYS_AHEAD = 3;

  private InboxPartitions() {}

  /**
   * Adds coming days and drops those before {@code oldest}. Call it at start and about once an
   * hour, on a connection that commits by itself to a database that is {@linkplain
   * Dialect#partitioned partitioned}.
   *
   * @param oldest the first day that is kept, counted from the epoch
   * @param today the current day, counted from the epoch
   * @return about how many rows went
   * @throws SQLException also when a long transaction is in the way: the next call makes up for it
   */
  public static long maintain(Connection connection, int oldest, int today) throws SQLException {
    RangePartitions inbox = RangePartitions.of(connection, "sluice_inbox");
    addDays(inbox, oldest, today + DAYS_AHEAD);
    return inbox.drop(
        inbox.list().stream()
            // The first one holds the ids without a time.
            .filter(partition -> bound(partition) > 1 && bound(partition) <= oldest)
            .toList());
  }

  /** Splits days off from the catch-all partition, up to {@code last}. */
  private static void addDays(RangePartitions inbox, int oldest, int last) throws SQLException {
    int there =
        inbox.list().stream()
            .filter(partition -> partition.bound() != null)
            .mapToInt(InboxPartitions::bound)
            .max()
            .orElse(1);
    List<Coming> coming = new ArrayList<>();
    for (int day = Math.max(there, oldest); day <= last; day++) {
      coming.add(new Coming("d" + day, Integer.toString(day + 1)));
    }
    if (!coming.isEmpty()) {
      inbox.split("later", coming);
    }
  }

  private static int bound(Partition partition) {
    return partition.bound() == null ? Integer.MAX_VALUE : Integer.parseInt(partition.bound());
  }
}
