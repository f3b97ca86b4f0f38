package dev.sluice.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the outbox of a database. Rows are counted to {@value #MOST} at most, by the index
 * alone, so that a glance at a table of millions costs no more than some milliseconds.
 *
 * @param waiting messages to be published, those that the broker would not take yet included; of
 *     committed transactions only
 * @param oldest when the oldest that waits was written, by its writer's clock; null when none
 *     waits. Looked for among the {@value #MOST} whose turn is next
 * @param parked messages that were set aside, which {@link ParkedMessages} shows
 */
public record OutboxStats(int waiting, @Nullable Instant oldest, int parked) {
  /** What {@code waiting} and {@code parked} say for so many or more. */
  public static final int MOST = 10_000;

  private static final String READ =
      "SELECT waiting.number AS waiting, oldest.created_at AS oldest, parked.number AS parked FROM"
          + " (SELECT COUNT(*) AS number, MIN(id) AS first FROM (SELECT id FROM sluice_outbox"
          + " WHERE not_before < ? ORDER BY not_before, id LIMIT "
          + MOST
          + ") due) waiting LEFT JOIN sluice_outbox oldest ON oldest.id = waiting.first CROSS JOIN"
          + " (SELECT COUNT(*) AS number FROM (SELECT id FROM sluice_outbox WHERE not_before = ?"
          + " LIMIT "
          + MOST
          + ") aside) parked";

  /** Reads them with one query that takes no lock. */
  public static OutboxStats read(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setString(1, OutboxRows.NEVER);
      select.setString(2, OutboxRows.NEVER);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return new OutboxStats(
            row.getInt("waiting"), SqlTimes.readOrNull(row, "oldest"), row.getInt("parked"));
      }
    }
  }
}
