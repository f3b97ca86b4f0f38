package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.EXPIRED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.worker.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExpiryTest {
  private boolean snooze;

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
          handlers ->
              handlers.handle(
                  NOTE,
                  (note, task) ->
                      snooze ? Outcome.snooze(Duration.ofHours(2)) : Outcome.completed()));

  @Test
  void a_task_whose_latest_start_has_passed_is_dead_and_was_never_run() {
    Instant now = sluice.clock().instant();

    String id =
        sluice.enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.expires(now.minusSeconds(1)));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(EXPIRED);
    assertThat(sluice.deadTasks().get(0).reason()).isEqualTo(DeadReason.EXPIRED);
  }

  @Test
  void a_task_that_starts_in_time_runs() {
    Instant now = sluice.clock().instant();

    String id =
        sluice.enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.expires(now.plusSeconds(1)));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
  }

  @Test
  void a_task_that_expires_while_it_is_put_off_is_not_run_again() {
    snooze = true;

    String id =
        sluice.enqueue(
            NOTE,
            new Note("a"),
            EnqueueOptions.DEFAULTS.expires(sluice.clock().instant().plus(Duration.ofHours(1))));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, id)).containsExactly(SNOOZED, EXPIRED);
  }

  @Test
  void an_expired_task_that_nobody_knows_is_expired_not_unknown() {
    Instant now = sluice.clock().instant();
    sluice.publish(
        "notes",
        dev.sluice.message.MessageCodec.encode(
            Samples.message("foreign-1").apply("nobody.knows").toBuilder()
                .expires(now.minusSeconds(5))
                .build()));
    sluice.drain();

    assertThat(kinds(sluice, "foreign-1")).containsExactly(EXPIRED);
  }
}
