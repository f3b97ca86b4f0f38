package dev.sluice.worker.governor;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tasks may start in a time.
 *
 * @param perSecond above 0
 */
public record Rate(double perSecond) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)(?:/([smh]))?");
  private static final double MINUTE = 60;
  private static final double HOUR = 3600;

  public Rate {
    if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException(
          "a rate must be above 0, is " + perSecond + "; leave it out for no limit");
    }
  }

  /**
   * Reads a rate as Celery writes it: {@code 10/s}, {@code 100/m}, {@code 1/h}, or a number of
   * tasks a second.
   *
   * @throws IllegalArgumentException when the text is none, or not above 0
   */
  public static Rate parse(String text) {
    Matcher matcher = FORM.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate: write a number above 0 and /s, /m or /h, such as 10/s");
    }
    double number = Double.parseDouble(matcher.group(1));
    String unit = matcher.group(2);
    return new Rate("m".equals(unit) ? number / MINUTE : "h".equals(unit) ? number / HOUR : number);
  }

  /** Nanoseconds from one task to the next. */
  double interval() {
    return 1e9 / perSecond;
  }

  /** The rate of one of {@code parts} equal parts. */
  Rate part(int parts) {
    return new Rate(perSecond / parts);
  }

  @Override
  public String toString() {
    if (whole(perSecond)) {
      return Math.round(perSecond) + "/s";
    }
    if (whole(perSecond * MINUTE)) {
      return Math.round(perSecond * MINUTE) + "/m";
    }
    return whole(perSecond * HOUR)
        ? Math.round(perSecond * HOUR) + "/h"
        : String.format(Locale.ROOT, "%.3f/s", perSecond);
  }

  private static boolean whole(double value) {
    return value >= 0.5 && Math.abs(value - Math.rint(value)) < 1e-9 * value;
  }
}
