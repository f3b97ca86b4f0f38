package dev.sluice.timelines;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Instants in DATETIME(3) columns, UTC. They are bound as text: MySQL's driver takes a MariaDB
 * before 11 for a MySQL 5.5 and would cut the milliseconds off.
 */
final class SqlTimes {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SqlTimes() {}

  /** For {@code setString}; what is finer than a millisecond is cut off. */
  static String text(Instant instant) {
    return MILLIS.format(instant);
  }

  static Instant read(ResultSet row, int column) throws SQLException {
    return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }
}
