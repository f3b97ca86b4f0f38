package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DISCARDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.testkit.Samples.Note;
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
import dev.sluice.worker.longtask.RescueLongTasks;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.State;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long tasks of which one at a time goes on, and the firings that end with them. */
class LongTaskNextTest {
  private static final TaskType<Note> START = TaskType.of("tidy", Note.class).queue("tidy");
  private static final TaskType<Note> RUN = TaskType.of("tidy.all", Note.class).queue("tidy");
  private static final TaskType<Note> DONE = TaskType.of("tidy.done", Note.class).queue("tidy");
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final int STEPS = 3;

  @RegisterExtension final SluiceTest sluice = SluiceTest.withDatabase(this::register);

  private final List<String> steps = new CopyOnWriteArrayList<>();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private volatile int lanes = 1;
  private volatile boolean waiting;
  private volatile boolean failing;

  private final LongTaskKind<Note> kind =
      LongTaskKind.of(
              RUN,
              new Tidy(),
              LongTaskOptions.DEFAULTS.queue("tidy"),
              () -> sluice.clock().instant())
          .whenDone(DONE, note -> note);

  private final class Tidy implements LongTask<Note> {
    @Override
    public Plan plan(Note payload, Connection connection) {
      List<Slice> slices = new ArrayList<>();
      for (int lane = 0; lane < lanes; lane++) {
        slices.add(Slice.ALL);
      }
      return slices.isEmpty() ? Plan.done(0) : new Plan(slices, null);
    }

    @Override
    public Step step(Note payload, Slice slice) {
      if (waiting) {
        throw new NotNow("not yet", PAUSE);
      }
      if (failing) {
        throw new IllegalArgumentException("never retried");
      }
      int step = slice.after() == null ? 1 : 1 + Integer.parseInt(slice.after());
      steps.add(payload.text() + step);
      return step == STEPS ? Step.last(1) : Step.upTo(Integer.toString(step), 1);
    }
  }

  private void register(Handlers handlers, DataSource database) {
    kind.registerSteps(handlers, database);
    handlers.handle(
        START,
        (note, task, connection) ->
            kind.startAgain(connection, task, note, "all")
                ? Outcome.completed()
                : Outcome.discarded("the one before has not ended"));
    handlers.handle(DONE, this::done);
    handlers.handle(
        RescueLongTasks.TYPE, new RescueLongTasks(database, () -> sluice.clock().instant()));
  }

  private Outcome done(Note note, TaskContext task, Connection connection) {
    done.add(note.text());
    return Outcome.completed();
  }

  @Test
  void one_after_the_other_each_is_done_in_full_and_tells_so() {
    for (String name : List.of("a", "b", "c")) {
      start(name);
      sluice.advance(Duration.ofMinutes(1));
    }

    assertThat(steps).containsExactly("a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2", "c3");
    assertThat(done).containsExactly("a", "b", "c");
  }

  @Test
  void while_one_goes_on_no_other_is_started() throws Exception {
    waiting = true;
    start("a");
    String second = start("b");
    assertThat(kinds(sluice, second)).containsExactly(DISCARDED);

    waiting = false;
    sluice.advance(PAUSE);
    assertThat(done).containsExactly("a");
    assertThat(kinds(sluice, start("c"))).containsExactly(COMPLETED);
    assertThat(done).containsExactly("a", "c");
    assertThat(progress().done()).as("of the last one").isEqualTo(STEPS);
  }

  @Test
  void a_late_message_of_the_one_before_moves_nothing() throws Exception {
    start("a");
    waiting = true;
    start("b");
    for (int step = 0; step < STEPS; step++) {
      Continuation late = new Continuation(kind.id("all"), 0, step, 0);
      sluice.publish("tidy", continuation("late-" + step, late));
    }
    waiting = false;
    sluice.drain();
    assertThat(steps).containsExactly("a1", "a2", "a3");

    sluice.advance(PAUSE);
    assertThat(steps).containsExactly("a1", "a2", "a3", "b1", "b2", "b3");
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void one_that_was_paused_and_cancelled_makes_room_too() throws Exception {
    waiting = true;
    start("a");
    assertThat(longTasks().pause(kind.id("all"))).isTrue();
    assertThat(kinds(sluice, start("b"))).containsExactly(DISCARDED);
    assertThat(longTasks().cancel(kind.id("all"))).isTrue();
    sluice.drain();

    waiting = false;
    start("c");
    assertThat(done).containsExactly("c");
    assertThat(progress().state()).isEqualTo(State.DONE);
  }

  @Test
  void one_with_nothing_to_do_makes_room_at_once() {
    lanes = 0;
    start("a");
    start("b");

    assertThat(done).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"101", "011", "110", "1001"})
  void each_tells_that_it_is_done_whether_there_was_something_to_do_or_not(String plans) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < plans.length(); i++) {
      lanes = plans.charAt(i) - '0';
      names.add("run " + i);
      start("run " + i);
      sluice.advance(Duration.ofMinutes(1));
    }

    assertThat(done).isEqualTo(names);
  }

  @Test
  void a_firing_ends_with_the_long_task_and_not_with_the_task_that_started_it() throws Exception {
    waiting = true;
    String id = fire();
    assertThat(row()).isEqualTo("enqueued null null");
    // A second copy of the starter, as after a crash.
    publish(id);
    assertThat(row()).isEqualTo("enqueued null null");

    waiting = false;
    sluice.advance(PAUSE);
    assertThat(row()).isEqualTo("completed " + sluice.clock().instant() + " " + PAUSE.toMillis());
  }

  @Test
  void a_firing_of_two_lanes_ends_with_the_last_one() throws Exception {
    lanes = 2;
    fire();

    assertThat(steps).hasSize(2 * STEPS);
    assertThat(row()).startsWith("completed ");
  }

  @Test
  void a_firing_whose_long_task_had_nothing_to_do_ends_with_its_task() throws Exception {
    lanes = 0;
    fire();

    assertThat(row()).startsWith("completed ");
  }

  @Test
  void a_firing_whose_long_task_is_cancelled_is_discarded() throws Exception {
    waiting = true;
    fire();
    longTasks().cancel(kind.id("all"));
    sluice.advance(PAUSE);

    assertThat(row()).startsWith("discarded ");
  }

  @Test
  void a_firing_that_found_another_at_work_is_discarded() throws Exception {
    waiting = true;
    start("a");
    fire();

    assertThat(row()).startsWith("discarded ");
  }

  @Test
  void a_lane_that_stood_still_is_rescued_by_the_job() throws Exception {
    failing = true;
    start("a");
    assertThat(sluice.deadTasks()).hasSize(1);
    failing = false;
    assertThat(rescue()).as("too early").isEqualTo("{rescued=0}");
    sluice.advance(Duration.ofSeconds(601));

    assertThat(rescue()).isEqualTo("{rescued=1}");
    assertThat(done).containsExactly("a");
    assertThat(rescue()).isEqualTo("{rescued=0}");
  }

  private String rescue() {
    String id = sluice.enqueue(RescueLongTasks.TYPE, RescueLongTasks.Payload.DEFAULTS);
    sluice.drain();
    return sluice.outcomes(id).get(0).detail();
  }

  private String start(String name) {
    String id = sluice.enqueue(START, new Note(name));
    sluice.drain();
    return id;
  }

  private String fire() throws Exception {
    String id = TaskIds.next(Instant.parse("2026-01-01T00:00:00Z")).toString();
    JobFirings.insert(sluice.dataSource(), id);
    publish(id);
    return id;
  }

  private void publish(String id) {
    byte[] body = new PayloadCodec().encode(new Note("fired"));
    sluice.publish(
        "tidy",
        JobFirings.fired(MessageCodec.encode(TaskMessage.builder(id, START.name(), body).build())));
    sluice.drain();
  }

  private static Message continuation(String id, Continuation payload) {
    return MessageCodec.encode(
        TaskMessage.builder(id, RUN.name() + ".step", new PayloadCodec().encode(payload)).build());
  }

  private Progress progress() throws Exception {
    return longTasks().progress(kind.id("all")).orElseThrow();
  }

  private LongTasks longTasks() {
    return new LongTasks(sluice.dataSource(), sluice.producer(), () -> sluice.clock().instant());
  }

  private String row() throws Exception {
    return JobFirings.row(sluice.dataSource());
  }
}
