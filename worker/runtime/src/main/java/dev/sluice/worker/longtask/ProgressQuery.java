package dev.sluice.worker.longtask;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how far long tasks are. */
final class ProgressQuery {
  private static final String SELECT =
      "SELECT t.id, t.name, t.state, COALESCE(SUM(l.units), 0) AS units, t.total,"
          + " SUM(CASE WHEN l.done THEN 0 ELSE l.rate END) AS rate, t.lanes,"
          + " t.lanes_done, t.started_at, MAX(l.moved_at) AS moved_at, t.ended_at"
          + " FROM sluice_long_task t LEFT JOIN sluice_long_task_lane l ON l.long_task = t.id"
          // Those of the run before stay where there are no new ones.
          + " AND t.lanes > 0";
  private static final String GROUP =
      " GROUP BY t.id, t.name, t.state, t.total, t.lanes, t.lanes_done, t.started_at, t.ended_at";

  private static final double MILLIS = 1000.0;

  private final InstantSource clock;

  ProgressQuery(InstantSource clock) {
    this.clock = clock;
  }

  Optional<Progress> one(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(SELECT + " WHERE t.id = ?" + GROUP)) {
      select.setString(1, id);
      return read(select).stream().findFirst();
    }
  }

  /** Those that have not ended, the oldest first. */
  List<Progress> open(Connection connection, int limit) throws SQLException {
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

  private List<Progress> read(PreparedStatement select) throws SQLException {
    List<Progress> found = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        found.add(read(row, clock.instant()));
      }
    }
    return found;
  }

  private static Progress read(ResultSet row, Instant now) throws SQLException {
    State state = State.valueOf(row.getString("state"));
    Instant startedAt = SqlTimes.read(row, "started_at");
    Instant movedAt = Objects.requireNonNullElse(SqlTimes.readOrNull(row, "moved_at"), startedAt);
    @Nullable Instant endedAt = SqlTimes.readOrNull(row, "ended_at");
    long units = row.getLong("units");
    long total = row.getLong("total");
    @Nullable Long known = row.wasNull() ? null : total;
    // One that was done when it was planned has no lanes.
    long done = state == State.DONE && row.getInt("lanes") == 0 && known != null ? known : units;
    double rate = 0;
    if (state == State.RUNNING) {
      rate = fading(row.getDouble("rate"), Duration.between(movedAt, now));
    } else if (state == State.DONE && endedAt != null) {
      rate = done / (Math.max(1, Duration.between(startedAt, endedAt).toMillis()) / MILLIS);
    }
    return new Progress(
        row.getString("id"),
        row.getString("name"),
        state,
        done,
        known,
        rate,
        row.getInt("lanes"),
        row.getInt("lanes_done"),
        startedAt,
        movedAt,
        endedAt,
        now);
  }

  /** Lanes that stand still write no lower rate: it fades as if they did. */
  private static double fading(double rate, Duration still) {
    double seconds = Math.max(0, still.toMillis()) / MILLIS;
    return rate * Math.exp(-seconds / LaneAt.RECENT_SECONDS);
  }
}
