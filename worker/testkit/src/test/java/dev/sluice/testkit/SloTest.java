package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorSnapshot.Slo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whether the tasks of a queue start in time. */
class SloTest {
  private static final Duration TARGET = Duration.ofSeconds(2);

  private final Governor governor = new Governor();
  private final CountDownLatch released = new CountDownLatch(1);
  private int failures;

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task) -> {
                        if (note.text().equals("slow")) {
                          released.await();
                          sluice().clock().advance(Duration.ofSeconds(5));
                        }
                        if (failures-- > 0) {
                          throw new IllegalStateException("again");
                        }
                        return Outcome.completed();
                      }))
          .withOptions(
              options ->
                  options
                      .governor(governor)
                      .queue("notes", QueueOptions.DEFAULTS.concurrency(1).slo(TARGET)));

  @Test
  void a_task_is_in_time_when_it_starts_soon_after_it_is_due() {
    sluice.enqueue(NOTE, new Note("now"));
    sluice.drain();
    sluice.enqueue(NOTE, new Note("later"), EnqueueOptions.DEFAULTS.delay(Duration.ofMinutes(5)));
    sluice.advance(Duration.ofMinutes(10));
    assertThat(slo()).isEqualTo(new Slo(TARGET, 2, 2));
    assertThat(slo().attainment()).isEqualTo(1);
  }

  @Test
  void a_task_that_waited_longer_is_not() {
    for (String text : List.of("slow", "waits", "waits", "waits")) {
      sluice.enqueue(NOTE, new Note(text));
    }
    released.countDown();
    sluice.drain();
    assertThat(slo()).isEqualTo(new Slo(TARGET, 4, 1));
    assertThat(slo().attainment()).isEqualTo(0.25);
  }

  @Test
  void only_the_first_attempt_counts() {
    failures = 2;
    sluice.enqueue(NOTE, new Note("fails twice"));
    sluice.advanceToEnd();
    assertThat(slo()).isEqualTo(new Slo(TARGET, 1, 1));
  }

  @Test
  void a_task_whose_id_is_a_key_s_tells_no_time_and_does_not_count() {
    sluice.clock().advance(Duration.ofMinutes(59));
    sluice.enqueue(
        NOTE, new Note("once"), EnqueueOptions.DEFAULTS.once("key", Duration.ofHours(1)));
    sluice.drain();
    assertThat(slo().started()).isZero();
    assertThat(slo().attainment()).isEqualTo(1);
  }

  @Test
  void a_promise_of_nothing_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueueOptions.DEFAULTS.slo(Duration.ZERO))
        .withMessageContaining("longer than 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> governor.slo("notes", Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueueOptions.DEFAULTS.weight(0))
        .withMessageContaining("1 to 1000");
  }

  private SluiceTest sluice() {
    return sluice;
  }

  private Slo slo() {
    return governor.snapshot().queues().get("notes").slo();
  }
}
