package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalCronTest {
  private static final LocalDateTime SATURDAY = LocalDateTime.parse("2026-11-21T12:00:00");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "17 4 * * *           | 2026-11-22T04:17 2026-11-23T04:17",
        "  17\t4  * * *       | 2026-11-22T04:17 2026-11-23T04:17",
        "*/20 12,13 * * *     | 2026-11-21T12:20 2026-11-21T12:40 2026-11-21T13:00",
        "0 22-23,0-1 * * *    | 2026-11-21T22:00 2026-11-21T23:00 2026-11-22T00:00",
        "5 9-17/4 * * *       | 2026-11-21T13:05 2026-11-21T17:05 2026-11-22T09:05",
        "0 0 * * 0            | 2026-11-22T00:00 2026-11-29T00:00",
        "0 0 * * 7            | 2026-11-22T00:00 2026-11-29T00:00",
        "0 0 * * fri-Sun      | 2026-11-22T00:00 2026-11-27T00:00 2026-11-28T00:00",
        "0 0 1 JAN,jul *      | 2027-01-01T00:00 2027-07-01T00:00",
        "0 0 13 * FRI         | 2026-11-27T00:00 2026-12-04T00:00 2026-12-11T00:00 2026-12-13T00:00",
        "0 0 */10 * 1         | 2026-12-21T00:00 2027-01-11T00:00",
        "0 0 13 * */7         | 2026-12-13T00:00 2027-06-13T00:00",
        "0 0 29 2 *           | 2028-02-29T00:00 2032-02-29T00:00",
        "0 0 29 2 */7         | 2032-02-29T00:00 2060-02-29T00:00",
        "@hourly              | 2026-11-21T13:00 2026-11-21T14:00",
        "@Daily               | 2026-11-22T00:00 2026-11-23T00:00",
        "@midnight            | 2026-11-22T00:00",
        "@weekly              | 2026-11-22T00:00 2026-11-29T00:00",
        "@monthly             | 2026-12-01T00:00 2027-01-01T00:00",
        "@yearly              | 2027-01-01T00:00 2028-01-01T00:00",
        "@annually            | 2027-01-01T00:00",
        "0 17 4 * * ?         | 2026-11-22T04:17 2026-11-23T04:17",
        "0/30 0 13 ? * SAT    | 2026-11-21T13:00 2026-11-21T13:00:30 2026-11-28T13:00",
        "0 0 0 L * ? 2027     | 2027-01-31T00:00 2027-02-28T00:00",
      })
  void an_expression_and_what_it_matches(String cron, String times) {
    List<LocalDateTime> expected = Stream.of(times.split(" ")).map(LocalDateTime::parse).toList();
    LocalCron local = LocalCron.parse(cron);
    assertThat(
            Stream.iterate(local.nextAfter(SATURDAY), Objects::nonNull, local::nextAfter)
                .limit(expected.size()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5 * * * *", "5 */2 * * *", "@hourly", "0 5 * * * ?", "0 5 0/2 * * ?"})
  void hours_with_nothing_but_a_star_and_a_step_mean_an_interval(String cron) {
    assertThat(LocalCron.parse(cron).everyHour()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5 0-23 * * *", "* 1,*/2 * * *", "@daily", "0 5 1/2 * * ?", "0 * 4 * * ?"})
  void other_hours_mean_times_of_day(String cron) {
    assertThat(LocalCron.parse(cron).everyHour()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "60 4 * * *      | minute '60' is not 0 to 59",
        "0 24 * * *      | hour '24' is not 0 to 23",
        "0 0 0 * *       | day-of-month '0' is not 1 to 31",
        "0 0 1 13 *      | month '13' is not 1 to 12 or JAN to DEC",
        "0 0 * * MONDAY  | day-of-week 'MONDAY' is not 0 to 7 or SUN to SAT",
        "0 0 ? * 1       | day-of-month '?' is not a value",
        "0 0 L * *       | day-of-month 'L' is not 1 to 31",
        "0 0 * * 1#2     | day-of-week '1#2' is not a value",
        "0 22-5 * * *    | hour '22-5' ends before it begins; write it as two ranges",
        "5/15 * * * *    | minute '5/15' has a step but no range; write '5-59/15'",
        "*/0 * * * *     | minute '*/0' has the step 0",
        "1,,2 * * * *    | minute '' is not a value",
      })
  void what_is_wrong_in_plain_cron_is_named(String cron, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalCron.parse(cron))
        .withMessageContaining("it has five fields, so it was read as plain cron (minute hour")
        .withMessageContaining(problem)
        .withMessageContaining("an example is '17 4 * * *'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "0 17 4 * * *      | one of day of the month and day of the week must be '?'",
        "0 17 24 * * ?     | Hour values must be between 0 and 23",
        "0 17 *4 * * ?     | '*4' has more than '/' and a step after the '*'",
        "0 17 4 ? * FUN    | Invalid Day-of-Week value: 'FUN'",
        "a b c d e f       | Illegal",
        "0 0 0 ? * ?       | '?' can only be",
      })
  void what_is_wrong_in_a_cron_of_quartz_is_named(String cron, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalCron.parse(cron))
        .withMessageContaining(
            "it has six or seven fields, so it was read as Quartz's cron (second")
        .withMessageContaining(problem)
        .withMessageContaining("an example is '0 17 4 * * ?'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "17 4 * *", "0 17 4 * * ? 2026 1"})
  void another_number_of_fields_is_refused_with_an_example_of_both_dialects(String cron) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalCron.parse(cron))
        .withMessageMatching(
            "the number of its fields is \\d; .*'17 4 \\* \\* \\*'.*'0 17 4 \\* \\* \\?'");
  }

  @Test
  void an_unknown_word_is_refused_with_the_known_ones() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalCron.parse("@reboot"))
        .withMessage(
            "'@reboot' is none of plain cron's words @annually, @daily, @hourly, @midnight,"
                + " @monthly, @weekly, @yearly");
    assertThatIllegalArgumentException().isThrownBy(() -> LocalCron.parse("@daily 5"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 6 1 1 ? 2020", "0 0 0 31 2 ?"})
  void what_never_comes_is_found_to_be_so(String cron) {
    assertThat(LocalCron.parse(cron).nextAfter(SATURDAY)).isNull();
  }
}
