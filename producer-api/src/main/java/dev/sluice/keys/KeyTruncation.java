package dev.sluice.keys;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import javax.sql.DataSource;

/**
 * Deletes keys that nobody holds any more, and places that no message can ask for, a page at a
 * time.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class KeyTruncation {
  private static final String KEYS = "DELETE FROM sluice_key WHERE expires_at <= ? LIMIT ?";
  private static final String PLACES =
      "DELETE FROM sluice_generation WHERE keep_until <= ? LIMIT ?";

  private final DataSource database;
  private final InstantSource clock;

  /** Truncates the tables of a database. */
  public KeyTruncation(DataSource database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Deletes at most {@code most} keys that have expired.
   *
   * @return how many; fewer than {@code most} when none is left
   */
  public int deleteKeys(int most) throws SQLException {
    return delete(KEYS, most);
  }

  /** The same for the places of tasks that replace each other. */
  public int deletePlaces(int most) throws SQLException {
    return delete(PLACES, most);
  }

  private int delete(String sql, int most) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, SqlTimes.text(clock.instant()));
      delete.setInt(2, most);
      return delete.executeUpdate();
    }
  }
}
