package dev.sluice.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Instants in DATETIME(3) columns, UTC. They are bound as text: MariaDB before 11 greets as
 * "5.5.5-10…", and MySQL's driver, taking that for a MySQL 5.5, cuts the fraction off every time
 * that is bound as one.
 */
final class SqlTimes {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SqlTimes() {}

  /** For {@code setString}; rounded up, so that nothing starts before its eta. */
  static @Nullable String text(@Nullable Instant instant) {
    return instant == null
        ? null
        : MILLIS.format(instant.plusNanos(999_999).truncatedTo(ChronoUnit.MILLIS));
  }

  static @Nullable Instant read(ResultSet row, int column) throws SQLException {
    LocalDateTime time = row.getObject(column, LocalDateTime.class);
    return time == null ? null : time.toInstant(ZoneOffset.UTC);
  }
}
