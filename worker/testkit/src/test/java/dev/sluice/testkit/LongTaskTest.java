package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Progress;
import dev.sluice.worker.longtask.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A table is re-indexed by a long task: whatever happens, each row exactly once. */
class LongTaskTest {
  @RegisterExtension ReindexFixture docs = new ReindexFixture();

  @Test
  void every_row_is_done_once_in_two_lanes_and_the_callback_comes_once() throws Exception {
    docs.start();
    docs.sluice.drain();

    docs.assertAllDone();
    Progress progress = docs.longTasks().progress(docs.only()).orElseThrow();
    assertThat(progress.state()).isEqualTo(State.DONE);
    assertThat(progress.done()).isEqualTo(ReindexFixture.DOCUMENTS);
    assertThat(progress.total()).isEqualTo(ReindexFixture.DOCUMENTS);
    assertThat(progress.lanesDone()).isEqualTo(2);
    assertThat(progress.endedAt()).isNotNull();
    assertThat(docs.longTasks().open(10)).isEmpty();
  }

  @Test
  void a_continuation_that_is_delivered_twice_or_late_changes_nothing() throws Exception {
    docs.atStep(
        3,
        () -> {
          for (int step = 0; step < 3; step++) {
            docs.sluice.publish(
                ReindexFixture.QUEUE, ReindexFixture.continuation(docs.only(), 0, step, 0));
            docs.sluice.publish(
                ReindexFixture.QUEUE, ReindexFixture.continuation(docs.only(), 1, step, 0));
          }
          return null;
        });
    docs.start();
    docs.sluice.drain();

    docs.assertAllDone();
  }

  @Test
  void a_step_that_fails_is_done_again_from_the_same_position() throws Exception {
    docs.atStep(
        4,
        () -> {
          throw new IllegalStateException("no");
        });
    docs.start();
    docs.sluice.advanceToEnd();

    docs.assertAllDone();
  }

  @Test
  void a_step_may_ask_for_time_and_uses_up_no_attempt() throws Exception {
    docs.atStep(
        4,
        () -> {
          throw new NotNow("not yet", Duration.ofSeconds(30));
        });
    docs.start();
    docs.sluice.drain();
    assertThat(docs.callbacks).isEmpty();
    docs.sluice.advance(Duration.ofSeconds(31));

    docs.assertAllDone();
  }

  @Test
  void a_paused_one_stops_and_goes_on_where_it_was() throws Exception {
    docs.atStep(4, () -> sure(docs.longTasks().pause(docs.only())));
    docs.start();
    docs.sluice.drain();
    List<Progress> open = docs.longTasks().open(10);
    assertThat(open).extracting(Progress::state).containsExactly(State.PAUSED);
    assertThat(open.get(0).done()).isLessThan(ReindexFixture.DOCUMENTS);
    assertThat(docs.longTasks().pause(docs.only())).as("twice").isFalse();

    assertThat(docs.longTasks().resume(docs.only())).isTrue();
    assertThat(docs.longTasks().resume(docs.only())).as("twice").isFalse();
    docs.sluice.drain();

    docs.assertAllDone();
  }

  @Test
  void a_cancelled_one_never_goes_on_and_tells_when_it_is_at_rest() throws Exception {
    docs.atStep(4, () -> sure(docs.longTasks().cancel(docs.only())));
    docs.start();
    docs.sluice.drain();
    String id = docs.only();
    for (int step = 0; step < 9; step++) {
      docs.sluice.publish(ReindexFixture.QUEUE, ReindexFixture.continuation(id, 0, step, 0));
      docs.sluice.publish(ReindexFixture.QUEUE, ReindexFixture.continuation(id, 1, step, 0));
    }
    docs.sluice.drain();

    assertThat(docs.counted().get(0)).isLessThan(ReindexFixture.DOCUMENTS);
    assertThat(docs.longTasks().progress(id).orElseThrow().state()).isEqualTo(State.CANCELLED);
    assertThat(docs.longTasks().progress(id).orElseThrow().endedAt()).isNotNull();
    assertThat(docs.longTasks().resume(id)).isFalse();
    assertThat(docs.callbacks).containsExactly("cancelled");
  }

  @Test
  void a_paused_one_that_is_cancelled_comes_to_rest() throws Exception {
    docs.atStep(4, () -> sure(docs.longTasks().pause(docs.only())));
    docs.start();
    docs.sluice.drain();

    assertThat(docs.longTasks().cancel(docs.only())).isTrue();
    docs.sluice.drain();

    assertThat(docs.longTasks().open(10)).isEmpty();
    assertThat(docs.longTasks().cancel(docs.only())).as("twice").isFalse();
    assertThat(docs.callbacks).containsExactly("cancelled");
  }

  @Test
  void a_continuation_of_one_that_does_not_exist_is_discarded() {
    String stranger = "0190a000-0000-7000-8000-000000000000";
    docs.sluice.publish(ReindexFixture.QUEUE, ReindexFixture.continuation(stranger, 0, 0, 0));
    docs.sluice.drain();

    assertThat(Samples.kinds(docs.sluice, "c-" + stranger + "-0-0-0"))
        .containsExactly(TaskOutcome.Kind.DISCARDED);
  }

  private static boolean sure(boolean done) {
    assertThat(done).isTrue();
    return done;
  }
}
