package dev.sluice.keys;

import dev.sluice.loop.Loop;
import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;

/**
 * Deletes keys that nobody holds any more, and places that no message can ask for, a page at a
 * time.
 *
 * <p>Threading: for one thread, its loop's.
 */
public final class KeyTruncation implements Loop {
  private static final Duration BETWEEN_ROUNDS = Duration.ofMinutes(10);
  private static final Duration BETWEEN_PAGES = Duration.ofMillis(200);
  private static final int PAGE = 500;
  private static final String KEYS = "DELETE FROM sluice_key WHERE expires_at <= ? LIMIT " + PAGE;
  private static final String GENERATIONS =
      "DELETE FROM sluice_generation WHERE keep_until <= ? LIMIT " + PAGE;

  private final DataSource database;
  private final InstantSource clock;

  /** Truncates the tables of a database. */
  public KeyTruncation(DataSource database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Duration runOnce() throws SQLException {
    try (Connection connection = database.getConnection()) {
      boolean more = delete(connection, KEYS) | delete(connection, GENERATIONS);
      return more ? BETWEEN_PAGES : BETWEEN_ROUNDS;
    }
  }

  private boolean delete(Connection connection, String sql) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, SqlTimes.text(clock.instant()));
      return delete.executeUpdate() == PAGE;
    }
  }
}
