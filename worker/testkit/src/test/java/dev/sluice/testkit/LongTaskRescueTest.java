package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.worker.longtask.NotNow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lanes whose continuations never come, and lanes of which that only seems so. */
class LongTaskRescueTest {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @RegisterExtension ReindexFixture docs = new ReindexFixture();

  @Test
  void a_lane_whose_continuation_is_dead_is_rescued_once_it_has_stood_still_for_long()
      throws Exception {
    docs.atStep(
        4,
        () -> {
          throw new IllegalArgumentException("never retried");
        });
    docs.start();
    docs.sluice.drain();
    assertThat(docs.sluice.deadTasks()).hasSize(1);
    assertThat(docs.longTasks().rescue(PATIENCE)).as("too early").isEmpty();
    docs.sluice.advance(PATIENCE.plusSeconds(1));

    assertThat(docs.longTasks().rescue(PATIENCE)).containsExactly(docs.only());
    assertThat(docs.longTasks().rescue(PATIENCE)).as("twice").isEmpty();
    docs.sluice.drain();
    docs.assertAllDone();
  }

  @Test
  void an_original_that_comes_after_the_rescue_changes_nothing() throws Exception {
    docs.atStep(
        4,
        () -> {
          // As if each lane had stood still, while one is at a step and the other's message waits.
          stoodStill("2000-01-01");
          assertThat(rescued()).containsExactly(docs.only());
          return null;
        });
    docs.start();
    docs.sluice.drain();

    docs.assertAllDone();
    assertThat(docs.sluice.deadTasks()).isEmpty();
  }

  @Test
  void a_step_that_waits_does_not_stand_still() throws Exception {
    docs.atStep(
        4,
        () -> {
          throw new NotNow("Redis is away for long", PATIENCE.multipliedBy(3));
        });
    docs.start();
    docs.sluice.drain();
    docs.sluice.advance(PATIENCE.multipliedBy(2));
    assertThat(docs.longTasks().rescue(PATIENCE)).isEmpty();

    docs.sluice.advance(PATIENCE.plusSeconds(1));
    docs.assertAllDone();
  }

  @Test
  void each_rescue_in_a_row_waits_twice_as_long() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    docs.beforeEachStep(
        () -> {
          if (broken.get()) {
            throw new IllegalArgumentException("never retried");
          }
          return null;
        });
    docs.start();
    docs.sluice.drain();

    List<Integer> rescues = new ArrayList<>();
    for (int minute = 1; minute <= 160; minute++) {
      docs.sluice.clock().advance(Duration.ofMinutes(1));
      if (!rescued().isEmpty()) {
        rescues.add(minute);
        docs.sluice.drain();
      }
    }
    assertThat(rescues).containsExactly(11, 32, 73, 154);

    broken.set(false);
    docs.sluice.clock().advance(Duration.ofDays(1));
    assertThat(rescued()).containsExactly(docs.only());
    docs.sluice.drain();
    docs.assertAllDone();
  }

  @Test
  void a_rescued_one_that_is_paused_or_cancelled_obeys() throws Exception {
    docs.atStep(
        4,
        () -> {
          stoodStill("2000-01-01");
          assertThat(rescued()).containsExactly(docs.only());
          assertThat(docs.longTasks().pause(docs.only())).isTrue();
          stoodStill("2000-01-01");
          assertThat(rescued()).as("paused").isEmpty();
          assertThat(docs.longTasks().cancel(docs.only())).isTrue();
          return null;
        });
    docs.start();
    docs.sluice.drain();

    assertThat(docs.callbacks).containsExactly("cancelled");
    assertThat(docs.progress().endedAt()).isNotNull();
  }

  private List<String> rescued() throws SQLException {
    return docs.longTasks().rescue(PATIENCE);
  }

  private void stoodStill(String since) throws SQLException {
    docs.update("UPDATE sluice_long_task_lane SET expected_at = '" + since + "'");
  }
}
