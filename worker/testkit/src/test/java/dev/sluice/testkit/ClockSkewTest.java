package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.Message;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.worker.Outcome;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Producer and worker whose clocks disagree. */
class ClockSkewTest {
  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task, connection) -> {
                        Ledger.add(connection, note.text());
                        if (note.text().equals("failing") && task.attempt() == 1) {
                          throw new IllegalStateException("not yet");
                        }
                        return Outcome.completed();
                      }))
          .withDatabase();

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @ParameterizedTest
  @ValueSource(longs = {-86_400, -3_600, -1, 1, 3_600, 86_400 * 400L})
  void a_task_without_an_eta_runs_at_once_and_once_whatever_its_producers_clock(long seconds)
      throws SQLException {
    String id;
    try (Producer skewed = producer(Duration.ofSeconds(seconds))) {
      id = skewed.enqueue(NOTE, new Note("a")).taskId();
      sluice.drain();
      skewed.enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.taskId(id));
      sluice.drain();
    }

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a");
  }

  @Test
  void a_delay_ends_at_the_eta_by_the_brokers_clock_and_the_worker_adds_none() {
    Instant start = sluice.clock().instant();
    try (Producer ahead = producer(Duration.ofMinutes(10))) {
      String id =
          ahead
              .enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.delay(Duration.ofMinutes(1)))
              .taskId();
      Instant due = sluice.memory().nextDue().orElseThrow();
      assertThat(due).isEqualTo(start.plus(Duration.ofMinutes(11)));
      sluice.clock().set(due);
      sluice.drain();

      assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    }
  }

  @Test
  void a_first_attempt_in_the_future_uses_up_no_time_budget() {
    Instant future = sluice.clock().instant().plus(Duration.ofDays(3));
    Message message =
        Samples.message("id-1", NOTE.name())
            .withHeaders(Map.of(Headers.FIRST_ATTEMPT, IsoTime.format(future)));
    String body = "[[], {\"text\": \"failing\"}, {}]";
    sluice.publish(
        "notes",
        new Message(
            message.contentType(),
            message.contentEncoding(),
            0,
            null,
            null,
            message.headers(),
            body.getBytes(StandardCharsets.UTF_8)));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, "id-1")).containsExactly(RETRIED, COMPLETED);
    assertThat(sluice.deadTasks()).isEmpty();
  }

  private Producer producer(Duration ahead) {
    InstantSource clock = () -> sluice.clock().instant().plus(ahead);
    return Producer.open(sluice.broker(), ProducerOptions.DEFAULTS.clock(clock));
  }
}
