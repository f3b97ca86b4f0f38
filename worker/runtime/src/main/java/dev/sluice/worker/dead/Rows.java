package dev.sluice.worker.dead;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How values of this package stand in columns: times in UTC, whatever the session's zone. */
final class Rows {
  private Rows() {}

  static LocalDateTime utc(Instant time) {
    return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
  }

  static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }

  static void bind(PreparedStatement statement, List<? extends @Nullable Object> values)
      throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value instanceof byte[] bytes) {
        statement.setBytes(i + 1, bytes);
      } else {
        // Times without an SQL type: MySQL's driver would cut the milliseconds off.
        statement.setObject(i + 1, value);
      }
    }
  }

  /** {@code unit}, repeated with commas. */
  static String list(String unit, int times) {
    return String.join(", ", Collections.nCopies(times, unit));
  }
}
