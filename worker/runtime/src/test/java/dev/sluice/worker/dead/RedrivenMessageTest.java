package dev.sluice.worker.dead;

import static dev.sluice.worker.dead.Letters.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import org.junit.jupiter.api.Test;

class RedrivenMessageTest {
  private static final Message DEAD =
      Letters.deadLettered(
          Letters.dead("t-1", "RETRIES_EXHAUSTED"), "clicks", "rejected", "clicks", NOW);

  @Test
  void a_redrive_resets_retries_expiry_eta_and_time_budget() throws Exception {
    TaskMessage task = MessageCodec.decode(RedrivenMessage.of(DEAD, 3));
    assertThat(task.retries()).isZero();
    assertThat(task.expires()).isNull();
    assertThat(task.eta()).isNull();
    assertThat(task.waited()).isNull();
    assertThat(task.firstAttempt()).isNull();
    assertThat(task.redrives()).isEqualTo(3);
  }

  @Test
  void a_redrive_strips_what_the_broker_and_the_workers_noted() {
    assertThat(RedrivenMessage.of(DEAD, 1).headers().keySet())
        .noneMatch(Headers::addedByBroker)
        .noneMatch(Headers::aboutDeath)
        .doesNotContain(Headers.UNKNOWN_SINCE, Headers.SNOOZES);
  }

  @Test
  void a_redrive_keeps_id_body_and_the_producers_own_headers() throws Exception {
    Message message = RedrivenMessage.of(DEAD, 1);
    assertThat(MessageCodec.decode(message).id()).isEqualTo("t-1");
    assertThat(message.body()).asString().isEqualTo(Letters.BODY);
    assertThat(message.headers()).containsEntry("tenant", "blue");
    assertThat(message.correlationId()).isEqualTo("t-1");
  }

  @Test
  void bytes_that_are_no_task_get_no_header_of_a_task() {
    assertThat(RedrivenMessage.of(Letters.bytes("what?"), 1).headers())
        .containsOnlyKeys(Headers.REDRIVES);
  }
}
