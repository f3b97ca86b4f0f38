package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.message.MessageCodec;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EtaTest {
  private final List<Instant> starts = new ArrayList<>();

  @RegisterExtension
  final SluiceTest sluice = SluiceTest.with(handlers -> handlers.handle(NOTE, this::take));

  private Outcome take(Note note, TaskContext task) {
    starts.add(sluice.clock().instant());
    return Outcome.completed();
  }

  @Test
  void a_delayed_task_starts_when_its_delay_has_passed() {
    Instant now = sluice.clock().instant();

    sluice.enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.delay(Duration.ofSeconds(90)));
    sluice.advance(Duration.ofSeconds(89));
    assertThat(starts).isEmpty();

    sluice.advance(Duration.ofSeconds(1));
    assertThat(starts).containsExactly(now.plusSeconds(90));
  }

  @Test
  void a_message_with_a_future_eta_that_came_straight_to_the_queue_waits_on_the_ladder() {
    Instant eta = sluice.clock().instant().plus(Duration.ofMinutes(10));
    publish("foreign-1", eta, null);
    sluice.drain();
    assertThat(kinds(sluice, "foreign-1")).containsExactly(SNOOZED);

    sluice.advanceToEnd();
    assertThat(kinds(sluice, "foreign-1")).containsExactly(SNOOZED, COMPLETED);
    assertThat(starts).containsExactly(eta);
  }

  @Test
  void an_eta_for_which_the_broker_has_waited_is_not_checked_again_by_a_clock_that_is_behind() {
    Instant eta = sluice.clock().instant().plusSeconds(30);

    publish("foreign-1", eta, eta);
    sluice.drain();

    assertThat(kinds(sluice, "foreign-1")).containsExactly(COMPLETED);
  }

  @Test
  void a_wait_for_an_earlier_eta_does_not_count_for_a_later_one() {
    Instant now = sluice.clock().instant();

    publish("foreign-1", now.plusSeconds(300), now.plusSeconds(30));
    sluice.drain();

    assertThat(kinds(sluice, "foreign-1")).containsExactly(SNOOZED);
  }

  @Test
  void an_eta_beyond_the_ladder_is_malformed() {
    publish("foreign-1", sluice.clock().instant().plus(Duration.ofDays(10_000)), null);
    sluice.drain();

    assertThat(kinds(sluice, "foreign-1")).containsExactly(DEAD);
    assertThat(sluice.deadTasks().get(0).reason()).isEqualTo(DeadReason.MALFORMED);
  }

  private void publish(String id, Instant eta, Instant waited) {
    sluice.publish(
        "notes",
        MessageCodec.encode(
            Samples.message(id).apply(NOTE.name()).toBuilder().eta(eta).waited(waited).build()));
  }
}
