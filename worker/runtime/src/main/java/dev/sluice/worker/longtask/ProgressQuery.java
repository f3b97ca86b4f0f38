package dev.sluice.worker.longtask;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how far long tasks are. */
final class ProgressQuery {
  private static final String SELECT =
      "SELECT t.id, t.name, t.state, COALESCE(SUM(l.units), 0) AS units, t.total, t.lanes,"
          + " t.lanes_done, t.started_at, MAX(l.moved_at) AS moved_at, t.ended_at"
          + " FROM sluice_long_task t LEFT JOIN sluice_long_task_lane l ON l.long_task = t.id";
  private static final String GROUP =
      " GROUP BY t.id, t.name, t.state, t.total, t.lanes, t.lanes_done, t.started_at, t.ended_at";

  private ProgressQuery() {}

  static Optional<Progress> one(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(SELECT + " WHERE t.id = ?" + GROUP)) {
      select.setString(1, id);
      return read(select).stream().findFirst();
    }
  }

  /** Those that have not ended, the oldest first. */
  static List<Progress> open(Connection connection, int limit) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            SELECT
                + " WHERE t.ended_at IS NULL"
                + GROUP
                + " ORDER BY t.started_at, t.id LIMIT ?")) {
      select.setInt(1, limit);
      return read(select);
    }
  }

  private static List<Progress> read(PreparedStatement select) throws SQLException {
    List<Progress> found = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        Instant startedAt = SqlTimes.read(row, "started_at");
        @Nullable Instant movedAt = SqlTimes.readOrNull(row, "moved_at");
        long total = row.getLong("total");
        @Nullable Long known = row.wasNull() ? null : total;
        found.add(
            new Progress(
                row.getString("id"),
                row.getString("name"),
                State.valueOf(row.getString("state")),
                row.getLong("units"),
                known,
                row.getInt("lanes"),
                row.getInt("lanes_done"),
                startedAt,
                Objects.requireNonNullElse(movedAt, startedAt),
                SqlTimes.readOrNull(row, "ended_at")));
      }
    }
    return found;
  }
}
