package dev.sluice.scheduler;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A field of {@link PlainCron}: lists of values, ranges and stars, each of the latter with a step.
 */
enum CronField {
  MINUTE(0, 59, 0, List.of()),
  HOUR(0, 23, 0, List.of()),
  DAY_OF_MONTH(1, 31, 1, List.of()),
  MONTH(
      1,
      12,
      1,
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
  // Sunday is 7 too, so that it can end a range.
  DAY_OF_WEEK(0, 7, 0, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

  private static final Pattern PART =
      Pattern.compile("(?:\\*|(?<from>\\w+)(?:-(?<to>\\w+))?)(?:/(?<step>\\d{1,3}))?");

  private final int first;
  private final int last;
  private final int firstName;
  private final List<String> names;

  CronField(int first, int last, int firstName, List<String> names) {
    this.first = first;
    this.last = last;
    this.firstName = firstName;
    this.names = names;
  }

  /**
   * @throws IllegalArgumentException naming the field, what is wrong and what is allowed
   */
  SortedSet<Integer> values(String text) {
    SortedSet<Integer> values = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      add(part, values);
    }
    return values;
  }

  private void add(String part, SortedSet<Integer> values) {
    Matcher matcher = PART.matcher(part);
    if (!matcher.matches()) {
      throw wrong(
          part, "is not a value, a range as in '1-5', '*', or one of the last two with '/2'");
    }
    int from = first;
    int to = last;
    String start = matcher.group("from");
    String end = matcher.group("to");
    String step = matcher.group("step");
    if (start != null) {
      from = value(start);
      to = end == null ? from : value(end);
      if (to == 0 && from > 0 && this == DAY_OF_WEEK) {
        to = last;
      }
      if (end == null && step != null) {
        throw wrong(
            part, "has a step but no range; write '" + start + "-" + last + "/" + step + "'");
      }
    }
    if (to < from) {
      throw wrong(
          part, "ends before it begins; write it as two ranges, as in '22-23,0-5' for hours");
    }
    int stride = step == null ? 1 : Integer.parseInt(step);
    if (stride == 0) {
      throw wrong(part, "has the step 0");
    }
    for (int value = from; value <= to; value += stride) {
      values.add(value);
    }
  }

  private int value(String text) {
    int name = names.indexOf(text.toUpperCase(Locale.ROOT));
    if (name >= 0) {
      return firstName + name;
    }
    int value = text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    if (value < first || value > last) {
      throw wrong(
          text,
          "is not "
              + first
              + " to "
              + last
              + (names.isEmpty()
                  ? ""
                  : " or " + names.get(0) + " to " + names.get(names.size() - 1)));
    }
    return value;
  }

  private IllegalArgumentException wrong(String text, String problem) {
    return new IllegalArgumentException(
        name().toLowerCase(Locale.ROOT).replace('_', '-') + " '" + text + "' " + problem);
  }
}
