package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Progress;
import dev.sluice.worker.longtask.State;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is told of a long task that goes, stands or has ended. */
class LongTaskProgressTest {
  @RegisterExtension ReindexFixture docs = new ReindexFixture();

  @Test
  void the_rate_is_that_of_the_recent_past_whatever_the_pause() throws Exception {
    Progress before = stopAt(7, Duration.ofSeconds(2), () -> docs.longTasks().pause(docs.only()));
    assertThat(before.state()).isEqualTo(State.PAUSED);
    assertThat(before.rate()).isZero();
    assertThat(before.eta()).isNull();

    docs.sluice.clock().advance(Duration.ofHours(5));
    CountDownLatch goOn = new CountDownLatch(1);
    docs.beforeEachStep(() -> goOn.await(30, TimeUnit.SECONDS));
    assertThat(docs.longTasks().resume(docs.only())).isTrue();
    Progress after = docs.progress();
    goOn.countDown();
    docs.sluice.drain();

    // Ten a step, each two seconds after the one before, in two lanes.
    assertThat(after.rate()).isBetween(2.0, 20.0);
    assertThat(after.eta()).isBetween(after.at(), after.at().plusSeconds(40));
  }

  @Test
  void the_rate_of_one_that_does_not_move_fades_and_its_eta_is_unknown_in_the_end()
      throws Exception {
    Progress before =
        stopAt(
            7,
            Duration.ofSeconds(2),
            () -> {
              throw new NotNow("away", Duration.ofDays(1));
            });
    assertThat(before.rate()).isPositive();
    docs.sluice.clock().advance(Duration.ofSeconds(15));
    assertThat(docs.progress().rate()).isCloseTo(before.rate() / Math.E, within(0.01));

    docs.sluice.clock().advance(Duration.ofMinutes(10));
    assertThat(docs.progress().rate()).isLessThan(0.001);
    assertThat(docs.progress().eta()).isNull();
    assertThat(docs.progress().state()).isEqualTo(State.RUNNING);
  }

  @Test
  void one_that_is_done_tells_its_rate_over_all_its_time() throws Exception {
    docs.atStep(3, () -> advance(Duration.ofSeconds(19)));
    docs.start();
    docs.sluice.drain();

    Progress done = docs.progress();
    assertThat(done.state()).isEqualTo(State.DONE);
    assertThat(done.rate()).isCloseTo(95 / 19.0, within(0.001));
    assertThat(done.eta()).isNull();
  }

  /** Runs with so much time before each step, and something else before one of them. */
  private Progress stopAt(int step, Duration each, Callable<?> what) throws Exception {
    docs.beforeEachStep(() -> advance(each));
    docs.atStep(step, what);
    docs.start();
    docs.sluice.drain();
    return docs.progress();
  }

  private Object advance(Duration duration) {
    docs.sluice.clock().advance(duration);
    return duration;
  }
}
