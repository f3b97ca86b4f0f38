package dev.sluice.scheduler;

import java.text.ParseException;
import java.time.DayOfWeek;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/** Quartz's cron expressions: six or seven fields, seconds first. */
final class QuartzCron {
  static final String EXAMPLE = "0 17 4 * * ?";

  private static final int HOUR = 2;
  // Quartz reads it as a star alone.
  private static final Pattern STAR_AND_MORE = Pattern.compile("\\*[^/,].*");

  private QuartzCron() {}

  static LocalCron parse(String[] fields) {
    for (String field : fields) {
      if (STAR_AND_MORE.matcher(field).matches()) {
        throw wrong("'" + field + "' has more than '/' and a step after the '*'");
      }
    }
    try {
      CronExpression expression = new CronExpression(String.join(" ", fields));
      return LocalCron.of(List.of(expression), EnumSet.allOf(DayOfWeek.class), fields[HOUR]);
    } catch (ParseException e) {
      String problem = String.valueOf(e.getMessage());
      throw wrong(
          problem.startsWith("Support for specifying both")
              ? "one of day of the month and day of the week must be '?'"
              : problem);
    }
  }

  private static IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(
        "it has six or seven fields, so it was read as Quartz's cron (second minute hour"
            + " day-of-month month day-of-week [year]): "
            + problem
            + "; an example is '"
            + EXAMPLE
            + "'");
  }
}
