package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.longtask.Continuation;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.LongTasks;
import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Progress;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.State;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A table is re-indexed by a long task: whatever happens, each row exactly once. */
class LongTaskTest {
  private static final int DOCUMENTS = 95;
  private static final TaskType<Reindex.Payload> REINDEX =
      TaskType.of("docs.reindex", Reindex.Payload.class).queue("docs");
  private static final TaskType<Samples.Note> REINDEXED =
      TaskType.of("docs.reindexed", Samples.Note.class).queue("docs");

  private final Reindex reindex = new Reindex(() -> this.sluice.dataSource());
  private final List<String> callbacks = new CopyOnWriteArrayList<>();
  private final AtomicInteger steps = new AtomicInteger();
  private volatile int pauseAtStep = -1;
  private volatile Callable<Step> meanwhile = () -> Step.last(0);

  @RegisterExtension SluiceTest sluice = SluiceTest.withDatabase(this::register);

  private void register(Handlers handlers, DataSource dataSource) {
    LongTaskKind.of(
            REINDEX, new Disturbed(), LongTaskOptions.DEFAULTS, () -> sluice.clock().instant())
        .whenDone(REINDEXED, payload -> new Samples.Note("up to " + payload.middle()))
        .whenCancelled(REINDEXED, payload -> new Samples.Note("cancelled"))
        .register(handlers, dataSource);
    handlers.handle(REINDEXED, this::callback);
  }

  private Outcome callback(Samples.Note done, TaskContext task) {
    callbacks.add(done.text());
    return Outcome.completed();
  }

  /** Re-indexes, but for one step at which the test does something else first. */
  private final class Disturbed implements LongTask<Reindex.Payload> {
    @Override
    public Plan plan(Reindex.Payload payload, Connection connection) throws SQLException {
      return reindex.plan(payload, connection);
    }

    @Override
    public Step step(Reindex.Payload payload, Slice slice) throws Exception {
      if (steps.incrementAndGet() == pauseAtStep) {
        meanwhile.call();
      }
      return reindex.step(payload, slice);
    }
  }

  @BeforeEach
  void tables() throws SQLException {
    Reindex.createTable(sluice.dataSource(), DOCUMENTS);
  }

  @Test
  void every_row_is_done_once_in_two_lanes_and_the_callback_comes_once() throws Exception {
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.drain();

    assertAllDone();
    Progress progress = longTasks().progress(only()).orElseThrow();
    assertThat(progress.state()).isEqualTo(State.DONE);
    assertThat(progress.done()).isEqualTo(DOCUMENTS);
    assertThat(progress.total()).isEqualTo(DOCUMENTS);
    assertThat(progress.lanesDone()).isEqualTo(2);
    assertThat(progress.endedAt()).isNotNull();
    assertThat(longTasks().open(10)).isEmpty();
  }

  @Test
  void a_continuation_that_is_delivered_twice_or_late_changes_nothing() throws Exception {
    atStep(
        3,
        () -> {
          for (int step = 0; step < 3; step++) {
            sluice.publish("steps", continuation(only(), 0, step, 0));
            sluice.publish("steps", continuation(only(), 1, step, 0));
          }
          return Step.last(0);
        });
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.drain();

    assertAllDone();
  }

  @Test
  void a_step_that_fails_is_done_again_from_the_same_position() throws Exception {
    atStep(
        4,
        () -> {
          throw new IllegalStateException("no");
        });
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.advanceToEnd();

    assertAllDone();
  }

  @Test
  void a_step_may_ask_for_time_and_uses_up_no_attempt() throws Exception {
    atStep(
        4,
        () -> {
          throw new NotNow("not yet", Duration.ofSeconds(30));
        });
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.drain();
    assertThat(callbacks).isEmpty();
    sluice.advance(Duration.ofSeconds(31));

    assertAllDone();
  }

  @Test
  void a_paused_one_stops_and_goes_on_where_it_was() throws Exception {
    atStep(4, () -> sure(longTasks().pause(only())));
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.drain();
    List<Progress> open = longTasks().open(10);
    assertThat(open).extracting(Progress::state).containsExactly(State.PAUSED);
    assertThat(open.get(0).done()).isLessThan(DOCUMENTS);
    assertThat(longTasks().pause(only())).as("twice").isFalse();

    assertThat(longTasks().resume(only())).isTrue();
    assertThat(longTasks().resume(only())).as("twice").isFalse();
    sluice.drain();

    assertAllDone();
  }

  @Test
  void a_cancelled_one_never_goes_on_and_tells_when_it_is_at_rest() throws Exception {
    atStep(4, () -> sure(longTasks().cancel(only())));
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.drain();
    String id = only();
    for (int step = 0; step < 9; step++) {
      sluice.publish("steps", continuation(id, 0, step, 0));
      sluice.publish("steps", continuation(id, 1, step, 0));
    }
    sluice.drain();

    assertThat(Reindex.counted(sluice.dataSource()).get(0)).isLessThan(DOCUMENTS);
    assertThat(longTasks().progress(id).orElseThrow().state()).isEqualTo(State.CANCELLED);
    assertThat(longTasks().progress(id).orElseThrow().endedAt()).isNotNull();
    assertThat(longTasks().resume(id)).isFalse();
    assertThat(callbacks).containsExactly("cancelled");
  }

  @Test
  void a_paused_one_that_is_cancelled_comes_to_rest() throws Exception {
    atStep(4, () -> sure(longTasks().pause(only())));
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.drain();

    assertThat(longTasks().cancel(only())).isTrue();
    assertThat(longTasks().open(10)).as("not at rest yet").hasSize(1);
    sluice.drain();

    assertThat(longTasks().open(10)).isEmpty();
    assertThat(longTasks().cancel(only())).as("twice").isFalse();
    assertThat(callbacks).containsExactly("cancelled");
  }

  @Test
  void one_whose_messages_are_lost_is_rescued_once_it_has_not_moved_for_long() throws Exception {
    atStep(
        4,
        () -> {
          // Both lanes wait behind this step; what follows it is lost as well.
          sluice.memory().purge("steps");
          throw new NotNow("lost", Duration.ofDays(1));
        });
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
    sluice.drain();
    assertThat(longTasks().rescue(Duration.ofMinutes(10))).as("too early").isEmpty();
    sluice.advance(Duration.ofMinutes(11));

    assertThat(longTasks().rescue(Duration.ofMinutes(10))).containsExactly(only());
    sluice.drain();
    assertAllDone();
    sluice.advance(Duration.ofDays(2));
    assertAllDone();
  }

  @Test
  void a_continuation_of_one_that_does_not_exist_is_discarded() {
    String stranger = "0190a000-0000-7000-8000-000000000000";
    sluice.publish("steps", continuation(stranger, 0, 0, 0));
    sluice.drain();

    assertThat(Samples.kinds(sluice, "c-" + stranger + "-0-0-0"))
        .containsExactly(TaskOutcome.Kind.DISCARDED);
  }

  private void assertAllDone() throws SQLException {
    assertThat(Reindex.counted(sluice.dataSource())).containsExactly(DOCUMENTS, 0);
    assertThat(callbacks).containsExactly("up to 40");
    assertThat(sluice.deadTasks()).isEmpty();
  }

  private void atStep(int step, Callable<Step> what) {
    meanwhile = what;
    pauseAtStep = step;
  }

  private static Step sure(boolean done) {
    assertThat(done).isTrue();
    return Step.last(0);
  }

  private LongTasks longTasks() {
    return new LongTasks(sluice.dataSource(), sluice.producer(), () -> sluice.clock().instant());
  }

  private String only() throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        var row = connection.createStatement().executeQuery("SELECT id FROM sluice_long_task")) {
      row.next();
      return row.getString(1);
    }
  }

  private static Message continuation(String longTask, int lane, int step, int epoch) {
    Continuation payload = new Continuation(longTask, lane, step, epoch);
    String id = "c-" + longTask + "-" + lane + "-" + step + "-" + epoch;
    return MessageCodec.encode(
        TaskMessage.builder(id, REINDEX.name() + ".step", new PayloadCodec().encode(payload))
            .build());
  }
}
