package dev.sluice.scheduler;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** When a job is due next, as text for messages. */
public final class NextFirings {
  private static final int COUNT = 3;
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private NextFirings() {}

  /**
   * The next three, as in {@code 2026-11-22T03:17:00Z (Sun 2026-11-22 04:17:00 Europe/Berlin),
   * ...}; for a job in UTC without the local times.
   */
  public static String text(JobSpec job, Instant now) {
    List<Instant> next = job.timing().nextAfter(now, COUNT);
    if (next.isEmpty()) {
      return "never";
    }
    ZoneId zone = ZoneId.of(job.zone());
    return next.stream().map(due -> text(due, zone)).collect(Collectors.joining(", "));
  }

  private static String text(Instant due, ZoneId zone) {
    if (zone.normalized().equals(ZoneOffset.UTC)) {
      return due.toString();
    }
    return due + " (" + LOCAL.format(due.atZone(zone)) + " " + zone + ")";
  }
}
