package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoppedTypesTest {
  private long now;
  private final StoppedTypes types = new StoppedTypes(() -> now, new Random(1));

  @Test
  void a_stopped_type_is_put_off_until_its_time_is_over_and_others_are_not() {
    Duration pause = types.stop("posts.write", "no such table");

    NotPermitted refusal =
        catchThrowableOfType(NotPermitted.class, () -> types.check("posts.write"));
    assertThat(refusal).hasMessage("posts.write is stopped: no such table");
    assertThat(refusal.paused()).isFalse();
    assertThat(refusal.pause()).isEqualTo(pause);
    assertThatCode(() -> types.check("posts.read")).doesNotThrowAnyException();
    now += pause.toNanos();
    assertThatCode(() -> types.check("posts.write")).doesNotThrowAnyException();
  }

  @Test
  void it_lasts_longer_each_time_up_to_a_minute_and_begins_anew_after_a_success() {
    Duration longest = Duration.ZERO;
    for (int i = 0; i < 20; i++) {
      Duration pause = types.stop("a", "no such table");
      assertThat(types.stop("a", "no such table")).as("seen side by side").isEqualTo(pause);
      longest = pause;
      now += pause.toNanos();
    }
    assertThat(longest).isBetween(Duration.ofSeconds(32), Duration.ofSeconds(64));
    types.succeeded("a");
    assertThat(types.stop("a", "no such table")).isLessThan(Duration.ofSeconds(2));
  }
}
