package dev.sluice.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;

/**
 * Reads times as people write them.
 *
 * @param output says what is wrong
 * @param zone of times that name none
 */
record LocalTimes(Output output, ZoneId zone) {

  /**
   * The instant that {@code text} means.
   *
   * @param option what it was given for
   */
  Instant read(String option, String text) {
    String iso = text.trim().replaceFirst("^(\\S+) (\\S+)$", "$1T$2");
    List<Function<String, Instant>> forms =
        List.of(
            written -> OffsetDateTime.parse(written).toInstant(),
            written -> LocalDateTime.parse(written).atZone(zone).toInstant(),
            written -> LocalDate.parse(written).atStartOfDay(zone).toInstant());
    for (Function<String, Instant> form : forms) {
      try {
        return form.apply(iso);
      } catch (DateTimeParseException e) {
        // It may be of another form.
      }
    }
    throw output.wrong(
        "%s '%s' is no time: write 2026-01-31T12:00:00Z, or in the job's time zone %s 2026-01-31T12:00 or 2026-01-31"
            .formatted(option, text, zone));
  }
}
