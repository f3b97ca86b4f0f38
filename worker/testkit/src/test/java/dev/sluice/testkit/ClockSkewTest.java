package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.MessageCodec;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClockSkewTest {
  private boolean fail;

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
          handlers ->
              handlers.handle(
                  NOTE,
                  (note, task) -> {
                    if (fail && task.attempt() == 2) {
                      throw new IllegalStateException("again");
                    }
                    return Outcome.completed();
                  }));

  @Test
  void an_id_from_a_producer_whose_clock_is_ahead_runs_at_once() {
    String id = TaskIds.next(sluice.clock().instant().plus(Duration.ofMinutes(3))).toString();

    sluice.publish("notes", Samples.message(id, NOTE.name()));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
  }

  @Test
  void a_first_attempt_that_lies_in_the_future_of_this_worker_uses_none_of_the_time_budget() {
    fail = true;
    Instant ahead = sluice.clock().instant().plus(Duration.ofHours(5));
    sluice.publish(
        "notes",
        MessageCodec.encode(
            Samples.message("id-1").apply(NOTE.name()).toBuilder()
                .retries(1)
                .firstAttempt(ahead)
                .build()));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, "id-1")).containsExactly(RETRIED, COMPLETED);
  }
}
