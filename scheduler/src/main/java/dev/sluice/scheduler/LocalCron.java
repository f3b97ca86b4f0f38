package dev.sluice.scheduler;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * The local times that a cron expression matches, whatever the zone. Quartz finds them, in UTC,
 * where each local time comes once.
 *
 * <p>Threading: immutable.
 */
final class LocalCron {
  private static final String EVERY_HOUR = "\\*(/\\d+)?|0?/\\d+";
  // Quartz takes 0.2 ms, and a firing asks for its job's several times.
  private static final Map<String, LocalCron> PARSED = new ConcurrentHashMap<>();
  private static final int MOST_PARSED = 5_000;
  private static final TimeZone UTC = TimeZone.getTimeZone(ZoneOffset.UTC);

  private final List<CronExpression> either;
  private final Set<DayOfWeek> weekdays;
  private final boolean everyHour;

  private LocalCron(List<CronExpression> either, Set<DayOfWeek> weekdays, boolean everyHour) {
    this.either = either;
    this.weekdays = weekdays;
    this.everyHour = everyHour;
  }

  /**
   * Reads five fields, or a word such as {@code @daily}, as {@link PlainCron plain cron}, and six
   * or seven as Quartz does.
   *
   * @throws IllegalArgumentException saying as what it was read, what is wrong, and what is right
   */
  static LocalCron parse(String cron) {
    LocalCron known = PARSED.get(cron);
    if (known == null) {
      if (PARSED.size() >= MOST_PARSED) {
        PARSED.clear();
      }
      known = read(cron);
      PARSED.put(cron, known);
    }
    return known;
  }

  /**
   * The local times that match one of some expressions of Quartz's.
   *
   * @param weekdays the only days of the week on which they count
   */
  static LocalCron of(List<CronExpression> either, Set<DayOfWeek> weekdays, String hourField) {
    either.forEach(expression -> expression.setTimeZone(UTC));
    return new LocalCron(either, weekdays, hourField.matches(EVERY_HOUR));
  }

  /** Whether its hours are all, or every n-th: such a job means an interval, not a time of day. */
  boolean everyHour() {
    return everyHour;
  }

  /** The first local time after {@code time}, a whole second; null when there is none. */
  @Nullable LocalDateTime nextAfter(LocalDateTime time) {
    LocalDateTime next = firstAfter(time);
    while (next != null && !weekdays.contains(next.getDayOfWeek())) {
      next = firstAfter(next.toLocalDate().atTime(23, 59, 59));
    }
    return next;
  }

  private static LocalCron read(String cron) {
    String[] fields = cron.strip().split("\\s+");
    if (fields[0].startsWith("@") || fields.length == 5) {
      return PlainCron.parse(fields);
    }
    if (fields.length == 6 || fields.length == 7) {
      return QuartzCron.parse(fields);
    }
    throw new IllegalArgumentException(
        "the number of its fields is "
            + (cron.isBlank() ? 0 : fields.length)
            + "; write five as plain cron does, as in '"
            + PlainCron.EXAMPLE
            + "', or six or seven as Quartz does, seconds first, as in '"
            + QuartzCron.EXAMPLE
            + "'");
  }

  private @Nullable LocalDateTime firstAfter(LocalDateTime time) {
    Date from = Date.from(time.toInstant(ZoneOffset.UTC));
    Date first = null;
    for (CronExpression expression : either) {
      Date next = expression.getTimeAfter(from);
      if (next != null && (first == null || next.before(first))) {
        first = next;
      }
    }
    return first == null ? null : LocalDateTime.ofInstant(first.toInstant(), ZoneOffset.UTC);
  }
}
