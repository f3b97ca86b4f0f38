package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimelineOptionsTest {

  @Test
  void the_defaults_are_those_documented() {
    assertThat(TimelineOptions.DEFAULTS)
        .isEqualTo(
            new TimelineOptions(
                "", 120, Duration.ofDays(31), 2000, 4, 0, 5000, 500_000, IdleUsers.PUSH));
    assertThat(TruncateTimelines.byAge().maxAge()).isEqualTo(Duration.ofDays(30));
  }

  @Test
  void settings_are_read_and_those_of_other_modules_left_alone() {
    assertThat(
            TimelineOptions.of(
                "shop",
                Map.of(
                    "timelines.cap", "50",
                    "timelines.chunk", "500",
                    "timelines.idle_days", "7",
                    "timelines.lanes", "2",
                    "timelines.writes_per_second", "5000",
                    "timelines.truncations_per_second", "70",
                    "timelines.celebrity_followers", "1000",
                    "timelines.idle_users", "skip",
                    "timelines.handle_posts", "false",
                    "mail.sender", "x")))
        .isEqualTo(
            new TimelineOptions(
                "shop", 50, Duration.ofDays(7), 500, 2, 5000, 70, 1000, IdleUsers.SKIP));
  }

  @Test
  void a_setting_that_is_unknown_or_out_of_range_is_named() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimelineOptions.of("", Map.of("timelines.caps", "50")))
        .withMessageContaining("'timelines.caps'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimelineOptions.of("", Map.of("timelines.cap", "0")))
        .withMessage("timelines.cap must be 1 to 10000, is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimelineOptions.of("", Map.of("timelines.chunk", "many")))
        .withMessage("timelines.chunk must be a whole number, is 'many'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimelineOptions.of("", Map.of("timelines.idle_users", "drop")))
        .withMessage("timelines.idle_users must be push or skip, is 'drop'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimelineOptions.of("", Map.of("timelines.lanes", "257")))
        .withMessage("timelines.lanes must be 1 to 256, is 257");
  }

  @Test
  void keys_start_with_the_namespace() {
    assertThat(new TimelineKeys("").following(7)).isEqualTo("timeline:following:7");
    assertThat(new TimelineKeys("shop").following(7)).isEqualTo("shop:timeline:following:7");
    assertThat(new TimelineKeys("shop").pattern()).isEqualTo("shop:timeline:*");
  }
}
