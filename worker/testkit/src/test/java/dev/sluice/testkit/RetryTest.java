package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.task.RetryAfter;
import dev.sluice.task.RetryPolicy;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetryTest {
  private final Deque<Callable<Outcome>> script = new ArrayDeque<>();
  private final List<Integer> attempts = new ArrayList<>();
  private final List<Instant> starts = new ArrayList<>();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
          handlers ->
              handlers.handle(
                  NOTE.retry(
                      RetryPolicy.attempts(4)
                          .withDelays(Duration.ofSeconds(10), 2, Duration.ofHours(1))
                          .withBudget(Duration.ofHours(2))),
                  this::next));

  private Outcome next(Note note, TaskContext task) throws Exception {
    attempts.add(task.attempt());
    starts.add(sluice.clock().instant());
    return script.isEmpty() ? Outcome.completed() : script.remove().call();
  }

  @Test
  void a_failed_attempt_is_followed_by_another_one_later() {
    script.add(
        () -> {
          throw new IllegalStateException("not yet");
        });

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    assertThat(kinds(sluice, id)).containsExactly(RETRIED);

    sluice.advance(Duration.ofSeconds(11));
    assertThat(kinds(sluice, id)).containsExactly(RETRIED, COMPLETED);
    assertThat(attempts).containsExactly(1, 2);
    assertThat(sluice.deadTasks()).isEmpty();
  }

  @Test
  void a_task_that_always_fails_is_dead_after_its_last_attempt() {
    for (int i = 0; i < 9; i++) {
      script.add(() -> Outcome.retry(new IllegalStateException("never")));
    }

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(attempts).containsExactly(1, 2, 3, 4);
    assertThat(kinds(sluice, id)).containsExactly(RETRIED, RETRIED, RETRIED, DEAD);
    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.taskId()).isEqualTo(id);
    assertThat(dead.reason()).isEqualTo(DeadReason.RETRIES_EXHAUSTED);
    assertThat(dead.exception()).isEqualTo("java.lang.IllegalStateException");
    assertThat(dead.message().headers()).containsEntry(Headers.DEAD_ATTEMPTS, 4);
  }

  @Test
  void the_number_of_attempts_does_not_overflow() {
    script.add(() -> Outcome.retry(new IllegalStateException("never")));

    sluice.publish(
        NOTE.queue(),
        Samples.message("id-1", NOTE.name())
            .withHeaders(Map.of(Headers.RETRIES, Integer.MAX_VALUE)));
    sluice.drain();

    assertThat(sluice.deadTasks().get(0).message().headers())
        .containsEntry(Headers.DEAD_ATTEMPTS, Integer.MAX_VALUE);
  }

  @Test
  void the_task_id_and_the_start_of_the_first_attempt_stay_the_same() {
    for (int i = 0; i < 4; i++) {
      script.add(() -> Outcome.retry(new IllegalStateException("never")));
    }
    Instant first = sluice.clock().instant();

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.message().headers())
        .containsEntry(Headers.ID, id)
        .containsEntry(Headers.RETRIES, 3)
        .containsEntry(Headers.FIRST_ATTEMPT, first.toString().replace("Z", ".000000+00:00"));
  }

  @Test
  void an_exception_that_says_when_is_obeyed() {
    script.add(
        () -> {
          throw new RetryAfter(Duration.ofMinutes(7), "come back in seven minutes");
        });

    sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(Duration.between(starts.get(0), starts.get(1))).isEqualTo(Duration.ofMinutes(7));
  }

  @Test
  void a_retry_with_a_delay_of_its_own_waits_for_that_long() {
    script.add(() -> new Outcome.Retry(new IllegalStateException("later"), Duration.ofMinutes(3)));

    sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(Duration.between(starts.get(0), starts.get(1))).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void an_argument_that_cannot_be_is_not_retried() {
    script.add(
        () -> {
          throw new IllegalArgumentException("never right");
        });

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(DEAD);
  }

  @Test
  void a_used_up_time_budget_ends_the_task() {
    script.add(
        () -> {
          throw new RetryAfter(Duration.ofHours(3), "in three hours");
        });

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(DEAD);
    assertThat(sluice.deadTasks().get(0).detail()).contains("time budget");
  }

  @Test
  void a_snooze_uses_no_attempt() {
    script.add(() -> Outcome.snooze(Duration.ofMinutes(5)));
    script.add(() -> Outcome.snooze(Duration.ofMinutes(5)));

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(attempts).containsExactly(1, 1, 1);
    assertThat(kinds(sluice, id)).containsExactly(SNOOZED, SNOOZED, COMPLETED);
    assertThat(Duration.between(starts.get(0), starts.get(2))).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void a_database_that_is_away_uses_no_attempt_and_is_tried_more_and_more_slowly() {
    for (int i = 0; i < 20; i++) {
      script.add(
          () -> {
            throw new IllegalStateException(
                new SQLNonTransientConnectionException("gone", "08S01", 2013));
          });
    }

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(attempts).hasSize(21).containsOnly(1);
    assertThat(kinds(sluice, id)).endsWith(COMPLETED);
    assertThat(Duration.between(starts.get(0), starts.get(1)))
        .isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(Duration.between(starts.get(19), starts.get(20)))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(61));
  }

  @Test
  void a_handler_that_returns_null_has_failed() {
    script.add(() -> null);

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(RETRIED);
    assertThat(sluice.outcomes(id).get(0).detail()).contains("Outcome.completed()");
  }

  @Test
  void an_error_is_a_failed_attempt_like_any_other() {
    script.add(
        () -> {
          throw new StackOverflowError("deep");
        });

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, id)).containsExactly(RETRIED, COMPLETED);
  }
}
