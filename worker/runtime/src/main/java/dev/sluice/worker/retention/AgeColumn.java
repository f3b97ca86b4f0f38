package dev.sluice.worker.retention;

import dev.sluice.outbox.SqlTimes;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What an age column holds, and how an instant is written in it. Times are in UTC. */
enum AgeColumn {
  /** DATETIME or TIMESTAMP. */
  TIME,
  /** A day; it is over when the next one begins. */
  DATE,
  MILLIS,
  SECONDS,
  DAYS;

  private static final long SECONDS_PER_DAY = 86_400;

  static AgeColumn of(AgeUnit unit) {
    return switch (unit) {
      case MILLIS -> MILLIS;
      case SECONDS -> SECONDS;
      case DAYS -> DAYS;
    };
  }

  /** The least that a row has which is not over at an instant: a lower one is older. */
  String text(Instant instant) {
    return switch (this) {
      case TIME -> SqlTimes.text(instant);
      case DATE -> LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
      case MILLIS -> Long.toString(instant.toEpochMilli());
      case SECONDS -> Long.toString(instant.getEpochSecond());
      case DAYS -> Long.toString(Math.floorDiv(instant.getEpochSecond(), SECONDS_PER_DAY));
    };
  }

  void bind(PreparedStatement statement, int parameter, String text) throws SQLException {
    if (this == TIME || this == DATE) {
      statement.setString(parameter, text);
    } else {
      statement.setBigDecimal(parameter, new BigDecimal(text));
    }
  }

  /** The instant from which a row of that age counts; null where the text is none. */
  @Nullable Instant instant(String text) {
    try {
      return switch (this) {
        case TIME -> LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        case DATE -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        case MILLIS -> Instant.ofEpochMilli(number(text));
        case SECONDS -> Instant.ofEpochSecond(number(text));
        case DAYS -> Instant.ofEpochSecond(Math.multiplyExact(number(text), SECONDS_PER_DAY));
      };
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static long number(String text) {
    return new BigDecimal(text).longValue();
  }
}
