package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.Route;
import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.worker.Outcome;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeadLetterTest {
  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
          handlers ->
              handlers.handle(
                  NOTE,
                  (note, task) ->
                      note.text().equals("bad")
                          ? new Outcome.Dead("bad note", new IllegalStateException("why"))
                          : Outcome.completed()));

  @Test
  void a_rejected_task_is_in_the_dead_queue_with_what_there_is_to_know() {
    String id = sluice.enqueue(NOTE, new Note("bad"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(DEAD);
    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.reason()).isEqualTo(DeadReason.REJECTED);
    assertThat(dead.detail()).isEqualTo("bad note");
    assertThat(dead.message().headers())
        .containsEntry(Headers.DEAD_QUEUE, "notes")
        .containsEntry(Headers.DEAD_ATTEMPTS, 1)
        .containsEntry(Headers.DEAD_WORKER, "sluice@test")
        .containsEntry(Headers.DEAD_EXCEPTION, "java.lang.IllegalStateException")
        .containsEntry(Headers.DEAD_AT, "2026-01-01T00:00:00.000000+00:00");
    assertThat((String) dead.message().headers().get(Headers.DEAD_STACK))
        .contains("DeadLetterTest")
        .hasSizeLessThanOrEqualTo(8_000);
    assertThat(sluice.broker().stats("sluice.dead").orElseThrow().ready()).isEqualTo(1);
  }

  @Test
  void headers_that_a_broker_added_are_not_sent_on() {
    Message message =
        Samples.message("id-1", "nobody.knows")
            .withHeaders(Map.of("x-death", "17 times", "custom", "kept"));
    sluice.publish("notes", message);
    sluice.advance(Duration.ofMinutes(11));

    assertThat(sluice.deadTasks().get(0).message().headers())
        .doesNotContainKey("x-death")
        .containsEntry("custom", "kept");
  }

  @Test
  void a_message_whose_queue_is_gone_when_its_delay_ends_is_dead_and_stops_nothing_else() {
    sluice.publish("gone", Samples.message("id-0", NOTE.name()));
    sluice.memory().deleteQueue("gone");
    sluice
        .broker()
        .publish(
            new Route.Delayed("gone", sluice.clock().instant().plusSeconds(5)),
            Samples.message("id-1", NOTE.name()))
        .join();
    String other =
        sluice.enqueue(
            NOTE, new Note("fine"), EnqueueOptions.DEFAULTS.delay(Duration.ofSeconds(5)));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, other)).containsExactly(COMPLETED);
    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.taskId()).isEqualTo("id-1");
    assertThat(dead.reason()).isEqualTo(DeadReason.UNROUTED);
  }

  @Test
  void a_dead_queue_that_was_deleted_is_declared_again() {
    sluice.memory().deleteQueue("sluice.dead");

    sluice.enqueue(NOTE, new Note("bad"));
    sluice.drain();

    assertThat(sluice.broker().stats("sluice.dead").orElseThrow().ready()).isEqualTo(1);
  }
}
