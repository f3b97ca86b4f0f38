package dev.sluice.worker.inbox;

import dev.sluice.database.Dialect;
import dev.sluice.database.InboxPartitions;
import dev.sluice.loop.Loop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the inbox to its retention: whole days are dropped as partitions, ids without a time are
 * deleted a page at a time.
 *
 * <p>Threading: for one thread, its loop's.
 */
public final class InboxTruncation implements Loop {
  private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);
  private static final Duration BETWEEN_PAGES = Duration.ofMillis(200);
  private static final int PAGE = 500;
  private static final long SECONDS_PER_DAY = 86_400;

  private final DataSource dataSource;
  private final InstantSource clock;

  /** Where the walk through the ids without a time has come to; null before its first page. */
  private byte @Nullable [] last;

  public InboxTruncation(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  @Override
  public Duration runOnce() throws SQLException {
    Instant now = clock.instant();
    Instant cutoff = now.minus(Inbox.RETENTION);
    // A day is kept until its last moment is past the retention.
    int oldest = day(cutoff);
    try (Connection connection = dataSource.getConnection()) {
      if (last == null) {
        dropDays(connection, oldest, day(now));
      }
      return trimPage(connection, cutoff) ? BETWEEN_PAGES : BETWEEN_ROUNDS;
    }
  }

  private static int day(Instant instant) {
    return (int) (instant.getEpochSecond() / SECONDS_PER_DAY);
  }

  private static void dropDays(Connection connection, int oldest, int today) throws SQLException {
    if (Dialect.of(connection).partitioned()) {
      InboxPartitions.maintain(connection, oldest, today);
      return;
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM sluice_inbox WHERE bucket BETWEEN 1 AND ?")) {
      delete.setInt(1, oldest - 1);
      delete.executeUpdate();
    }
  }

  /** One page of the ids without a time; returns whether there is another. */
  private boolean trimPage(Connection connection, Instant cutoff) throws SQLException {
    List<byte[]> old = new ArrayList<>();
    int seen = 0;
    try (PreparedStatement page =
        connection.prepareStatement(
            "SELECT task, at FROM sluice_inbox WHERE bucket = 0 AND task > ? ORDER BY task LIMIT "
                + PAGE)) {
      page.setBytes(1, last == null ? new byte[0] : last);
      try (ResultSet rows = page.executeQuery()) {
        LocalDateTime limit = LocalDateTime.ofInstant(cutoff, ZoneOffset.UTC);
        while (rows.next()) {
          seen++;
          last = rows.getBytes(1);
          if (rows.getObject(2, LocalDateTime.class).isBefore(limit)) {
            old.add(last);
          }
        }
      }
    }
    delete(connection, old);
    if (seen < PAGE) {
      last = null;
    }
    return seen == PAGE;
  }

  private static void delete(Connection connection, List<byte[]> tasks) throws SQLException {
    if (tasks.isEmpty()) {
      return;
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM sluice_inbox WHERE bucket = 0 AND task = ?")) {
      for (byte[] task : tasks) {
        delete.setBytes(1, task);
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }
}
