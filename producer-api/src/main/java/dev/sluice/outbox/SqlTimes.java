package dev.sluice.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Instants in DATETIME(3) columns, UTC. They are bound as text: MariaDB before 11 greets as
 * "5.5.5-10…", and MySQL's driver, taking that for a MySQL 5.5, cuts the fraction off every time
 * that is bound as one.
 */
public final class SqlTimes {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SqlTimes() {}

  /** For {@code setString}; what is finer than a millisecond is cut off. */
  public static String text(Instant instant) {
    return MILLIS.format(instant);
  }

  /** For {@code setString}; rounded up to a millisecond, so that nothing starts before its eta. */
  public static String textNotBefore(Instant instant) {
    return MILLIS.format(instant.plusNanos(999_999).truncatedTo(ChronoUnit.MILLIS));
  }

  /** The instant of a column that is not NULL. */
  public static Instant read(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(readOrNull(row, column), column);
  }

  /** The instant of a column; null for NULL. */
  public static @Nullable Instant readOrNull(ResultSet row, String column) throws SQLException {
    LocalDateTime time = row.getObject(column, LocalDateTime.class);
    return time == null ? null : time.toInstant(ZoneOffset.UTC);
  }
}
