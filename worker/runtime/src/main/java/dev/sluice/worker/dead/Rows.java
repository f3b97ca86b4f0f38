package dev.sluice.worker.dead;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How values of this package stand in columns. */
final class Rows {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Rows() {}

  /**
   * A time, UTC, as text: MariaDB before 11 greets as "5.5.5-10…", and MySQL's driver, taking that
   * for a MySQL 5.5, cuts the fraction off every time that is bound as one.
   */
  static String utc(Instant time) {
    return MILLIS.format(time);
  }

  static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }

  static void bind(PreparedStatement statement, List<? extends @Nullable Object> values)
      throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
  }

  /** {@code unit}, repeated with commas. */
  static String list(String unit, int times) {
    return String.join(", ", Collections.nCopies(times, unit));
  }
}
