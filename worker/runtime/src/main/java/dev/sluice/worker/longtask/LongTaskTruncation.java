package dev.sluice.worker.longtask;

import dev.sluice.loop.Loop;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.worker.inbox.Inbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Deletes long tasks that ended longer ago than the inbox remembers, with their lanes, a page at a
 * time. Not sooner: one that is started anew with the same key has the same ids, and the inbox
 * would take its callback for a duplicate.
 *
 * <p>Threading: for one thread, its loop's.
 */
public final class LongTaskTruncation implements Loop {
  /** How long an ended one is kept. */
  public static final Duration RETENTION = Inbox.RETENTION.plusDays(1);

  private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);
  private static final Duration BETWEEN_PAGES = Duration.ofMillis(200);
  private static final int PAGE = 100;

  private final DataSource dataSource;
  private final InstantSource clock;

  /** Truncates the tables of a database. */
  public LongTaskTruncation(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  @Override
  public Duration runOnce() throws SQLException {
    List<String> old = OwnTransaction.statement(dataSource, this::page);
    if (!old.isEmpty()) {
      OwnTransaction.run(
          dataSource,
          connection -> {
            delete(connection, "DELETE FROM sluice_long_task_lane WHERE long_task = ?", old);
            delete(connection, "DELETE FROM sluice_long_task WHERE id = ?", old);
            return old;
          });
    }
    return old.size() == PAGE ? BETWEEN_PAGES : BETWEEN_ROUNDS;
  }

  private List<String> page(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM sluice_long_task WHERE ended_at <= ? ORDER BY ended_at LIMIT "
                + PAGE)) {
      select.setString(1, SqlTimes.text(clock.instant().minus(RETENTION)));
      List<String> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getString(1));
        }
      }
      return ids;
    }
  }

  private static void delete(Connection connection, String sql, List<String> ids)
      throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      for (String id : ids) {
        delete.setString(1, id);
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }
}
