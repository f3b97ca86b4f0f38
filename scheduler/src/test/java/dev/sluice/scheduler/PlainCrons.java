package dev.sluice.scheduler;

import java.time.LocalDateTime;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random expressions of plain cron, each with what it means, which is not worked out by parsing.
 */
final class PlainCrons {
  private PlainCrons() {}

  /** An expression and the local times that it means. */
  record PlainExpression(String text, Predicate<LocalDateTime> matches, boolean everyHour) {
    @Override
    public String toString() {
      return "'" + text + "'";
    }
  }

  /** A field's text and the values that it means. */
  private record Field(String text, IntPredicate values) {
    boolean startsWithStar() {
      return text.startsWith("*");
    }
  }

  static Arbitrary<PlainExpression> any() {
    return Combinators.combine(
            mostly(field(0, 59), 4, "*/30", v -> v % 30 == 0),
            mostly(field(0, 23), 2, "0-3", v -> v <= 3),
            star(field(1, 31), 3),
            star(field(1, 12), 8),
            star(field(0, 7), 2))
        .as(PlainCrons::expression);
  }

  private static PlainExpression expression(
      Field minute, Field hour, Field day, Field month, Field weekday) {
    Predicate<LocalDateTime> matches =
        local -> {
          boolean dayMatches = day.values().test(local.getDayOfMonth());
          int dow = local.getDayOfWeek().getValue();
          boolean weekdayMatches =
              weekday.values().test(dow) || dow == 7 && weekday.values().test(0);
          return minute.values().test(local.getMinute())
              && hour.values().test(local.getHour())
              && month.values().test(local.getMonthValue())
              && (day.startsWithStar() || weekday.startsWithStar()
                  ? dayMatches && weekdayMatches
                  : dayMatches || weekdayMatches);
        };
    String text =
        List.of(minute, hour, day, month, weekday).stream()
            .map(Field::text)
            .collect(Collectors.joining(" "));
    return new PlainExpression(text, matches, hour.text().matches("\\*|\\*/[0-9]+"));
  }

  private static Arbitrary<Field> field(int first, int last) {
    return part(first, last)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(
            parts ->
                new Field(
                    parts.stream().map(Field::text).collect(Collectors.joining(",")),
                    value -> parts.stream().anyMatch(part -> part.values().test(value))));
  }

  private static Arbitrary<Field> part(int first, int last) {
    Arbitrary<Integer> values = Arbitraries.integers().between(first, last);
    Arbitrary<Integer> steps = Arbitraries.integers().between(1, last);
    Arbitrary<Field> single = values.map(v -> new Field("" + v, x -> x == v));
    Arbitrary<Field> range =
        Combinators.combine(values, values)
            .as((a, b) -> range(Math.min(a, b), Math.max(a, b), 1, "%d-%d"));
    Arbitrary<Field> stepped =
        Combinators.combine(values, values, steps)
            .as((a, b, n) -> range(Math.min(a, b), Math.max(a, b), n, "%d-%d/%d"));
    Arbitrary<Field> starStepped = steps.map(n -> range(first, last, n, "*/%3$d"));
    return Arbitraries.frequencyOf(
        Tuple.of(5, single), Tuple.of(2, range), Tuple.of(2, stepped), Tuple.of(2, starStepped));
  }

  private static Field range(int from, int to, int step, String format) {
    return new Field(
        String.format(format, from, to, step),
        value -> value >= from && value <= to && (value - from) % step == 0);
  }

  private static Arbitrary<Field> star(Arbitrary<Field> others, int frequency) {
    return mostly(others, frequency, "*", value -> true);
  }

  private static Arbitrary<Field> mostly(
      Arbitrary<Field> others, int frequency, String text, IntPredicate values) {
    return Arbitraries.frequencyOf(
        Tuple.of(frequency, Arbitraries.just(new Field(text, values))),
        Tuple.of(2, others),
        Tuple.of(1, Arbitraries.just(new Field("*", value -> true))));
  }
}
