package dev.sluice.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopRunnerTest {

  @Test
  void an_error_does_not_end_the_loop() throws InterruptedException {
    CountDownLatch rounds = new CountDownLatch(2);
    Loop failing =
        () -> {
          rounds.countDown();
          if (rounds.getCount() > 0) {
            throw new NoClassDefFoundError("gone/Library");
          }
          return Duration.ofHours(1);
        };

    try (LoopRunner runner = LoopRunner.start("failing", failing)) {
      runner.nudge();
      assertThat(rounds.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
