package dev.sluice.scheduler;

import java.text.ParseException;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.quartz.CronExpression;

/**
 * Plain cron, as Unix has had it since Vixie's: minute, hour, day of the month, month, day of the
 * week. A day matches when both of its fields do, but when neither begins with a star, when one of
 * them does.
 */
final class PlainCron {
  static final String EXAMPLE = "17 4 * * *";

  private static final Map<String, String> WORDS =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  private PlainCron() {}

  /**
   * @param fields five, or one of the words
   */
  static LocalCron parse(String[] fields) {
    if (fields[0].startsWith("@")) {
      return fields(word(fields).split(" "));
    }
    return fields(fields);
  }

  private static String word(String[] fields) {
    String meaning = WORDS.get(fields[0].toLowerCase(Locale.ROOT));
    if (meaning == null || fields.length > 1) {
      throw new IllegalArgumentException(
          "'"
              + String.join(" ", fields)
              + "' is none of plain cron's words "
              + WORDS.keySet().stream().sorted().collect(Collectors.joining(", ")));
    }
    return meaning;
  }

  private static LocalCron fields(String[] fields) {
    String minutes = quartz(read(CronField.MINUTE, fields[0]));
    String hours = quartz(read(CronField.HOUR, fields[1]));
    String days = quartz(read(CronField.DAY_OF_MONTH, fields[2]));
    String months = quartz(read(CronField.MONTH, fields[3]));
    Set<DayOfWeek> weekdays = weekdays(read(CronField.DAY_OF_WEEK, fields[4]));
    String time = "0 " + minutes + " " + hours + " ";
    if (fields[2].startsWith("*") || fields[4].startsWith("*")) {
      CronExpression onDays = expression(time + days + " " + months + " ?");
      return LocalCron.of(List.of(onDays), weekdays, fields[1]);
    }
    List<CronExpression> either = new ArrayList<>();
    either.add(expression(time + days + " " + months + " ?"));
    either.add(expression(time + "? " + months + " " + quartz(weekdays)));
    return LocalCron.of(either, EnumSet.allOf(DayOfWeek.class), fields[1]);
  }

  private static SortedSet<Integer> read(CronField field, String text) {
    try {
      return field.values(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "it has five fields, so it was read as plain cron (minute hour day-of-month month"
              + " day-of-week): "
              + e.getMessage()
              + "; an example is '"
              + EXAMPLE
              + "'",
          e);
    }
  }

  private static CronExpression expression(String quartz) {
    try {
      return new CronExpression(quartz);
    } catch (ParseException e) {
      throw new IllegalStateException("numbers in range are valid: " + quartz, e);
    }
  }

  private static String quartz(SortedSet<Integer> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String quartz(Set<DayOfWeek> weekdays) {
    return weekdays.stream()
        .map(day -> day.name().substring(0, 3))
        .collect(Collectors.joining(","));
  }

  /** Sunday is both 0 and 7. */
  private static Set<DayOfWeek> weekdays(SortedSet<Integer> values) {
    return values.stream()
        .map(value -> value == 0 ? DayOfWeek.SUNDAY : DayOfWeek.of(value))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(DayOfWeek.class)));
  }
}
