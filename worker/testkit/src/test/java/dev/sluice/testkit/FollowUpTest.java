package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.FOLLOW_UP;
import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FollowUpTest {
  private final List<String> filed = new CopyOnWriteArrayList<>();
  private final List<String> roots = new ArrayList<>();
  private final List<TaskContext> contexts = new ArrayList<>();
  private int failures;
  private boolean losesConfirms;

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(handlers -> handlers.handle(NOTE, this::take).handle(FOLLOW_UP, this::file));

  private Outcome take(Note note, TaskContext task) {
    contexts.add(task);
    if (note.text().equals("ordered")) {
      assertThatThrownBy(() -> task.enqueue(FOLLOW_UP, note, EnqueueOptions.DEFAULTS.orderKey("a")))
          .hasMessageContaining("follow-ups leave in no order");
      return Outcome.completed();
    }
    if (losesConfirms) {
      sluice.memory().loseConfirms(true);
    }
    task.enqueue(FOLLOW_UP, new Note(note.text() + "/1"));
    task.enqueue(
        FOLLOW_UP,
        new Note(note.text() + "/2"),
        EnqueueOptions.DEFAULTS.delay(Duration.ofHours(1)));
    if (failures-- > 0) {
      throw new IllegalStateException("after the follow-ups");
    }
    return Outcome.completed();
  }

  private Outcome file(Note note, TaskContext task) {
    filed.add(task.taskId());
    roots.add(task.rootId());
    return Outcome.completed();
  }

  @Test
  void follow_ups_have_ids_that_a_second_run_would_give_them_again() {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    assertThat(filed).containsExactly(TaskIds.child(id, 0).toString());

    sluice.advanceToEnd();
    assertThat(filed)
        .containsExactly(TaskIds.child(id, 0).toString(), TaskIds.child(id, 1).toString());
    assertThat(roots).containsOnly(id);
  }

  @Test
  void a_second_delivery_repeats_the_follow_ups_of_a_plain_task_under_the_same_ids() {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    sluice.enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.taskId(id));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, COMPLETED);
    String first = TaskIds.child(id, 0).toString();
    String second = TaskIds.child(id, 1).toString();
    assertThat(filed).containsExactly(first, first, second, second);
  }

  @Test
  void a_failed_attempt_enqueues_nothing() {
    failures = 1;

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    assertThat(kinds(sluice, id)).containsExactly(RETRIED);
    assertThat(filed).isEmpty();

    sluice.advanceToEnd();
    assertThat(kinds(sluice, id)).containsExactly(RETRIED, COMPLETED);
    assertThat(filed).hasSize(2);
  }

  @Test
  void the_task_is_settled_only_after_its_follow_ups_are_confirmed() {
    losesConfirms = true;
    String id = sluice.enqueue(NOTE, new Note("a"));
    Awaitility.await().until(() -> filed.size() >= 2);

    sluice.memory().loseConfirms(false);
    sluice.drain();
    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    assertThat(filed).containsOnly(TaskIds.child(id, 0).toString());
  }

  @Test
  void a_task_whose_follow_ups_were_never_confirmed_is_back_in_its_queue() {
    losesConfirms = true;
    String id = sluice.enqueue(NOTE, new Note("a"));
    Awaitility.await().until(() -> filed.size() >= 2);

    sluice.worker().stopNow();

    assertThat(kinds(sluice, id)).doesNotContain(COMPLETED);
    assertThat(sluice.broker().stats(NOTE.queue()).orElseThrow().ready()).isEqualTo(1);
  }

  @Test
  void a_follow_up_with_an_order_key_is_refused() {
    String id = sluice.enqueue(NOTE, new Note("ordered"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    assertThat(filed).isEmpty();
  }

  @Test
  void a_context_that_is_kept_enqueues_nothing_once_the_handler_has_returned() {
    sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThatThrownBy(() -> contexts.get(0).enqueue(FOLLOW_UP, new Note("late")))
        .hasMessageContaining("before the handler returns");
  }
}
