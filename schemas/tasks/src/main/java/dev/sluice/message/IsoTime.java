package dev.sluice.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Celery's timestamps: {@code 2026-11-21T02:05:00.635648+00:00}, with exactly six fraction digits
 * or none. Celery 5.2 reads any other number of digits wrongly or refuses it.
 */
public final class IsoTime {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private IsoTime() {}

  /** The time with six fraction digits and {@code +00:00}. */
  public static String format(Instant instant) {
    return MICROS.format(instant);
  }

  /**
   * Reads what Python's {@code isoformat()} writes. A time without an offset is taken as UTC.
   *
   * @throws DateTimeException when {@code text} is no ISO-8601 time
   */
  public static Instant parse(String text) {
    // Python accepts a blank for the T.
    String iso = text.length() > 10 && text.charAt(10) == ' ' ? text.replace(' ', 'T') : text;
    int zone = Math.max(iso.indexOf('Z', 10), Math.max(iso.lastIndexOf('+'), iso.indexOf('-', 10)));
    return zone < 0
        ? LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC)
        : OffsetDateTime.parse(iso).toInstant();
  }
}
