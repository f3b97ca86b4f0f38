package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.GIVEN_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ShutdownTest {
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<Boolean> asked = new CopyOnWriteArrayList<>();

  @RegisterExtension
  final SluiceTest sluice = SluiceTest.with(handlers -> handlers.handle(NOTE, this::take));

  private Outcome take(Note note, TaskContext task) throws InterruptedException {
    started.countDown();
    if (note.text().equals("polite")) {
      while (!task.stopRequested()) {
        if (released.await(1, TimeUnit.MILLISECONDS)) {
          return Outcome.completed();
        }
      }
      asked.add(true);
      return Outcome.snooze(Duration.ofMinutes(1));
    }
    released.await();
    return Outcome.completed();
  }

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void what_runs_is_finished_and_what_waits_is_given_back() throws Exception {
    String running = sluice.enqueue(NOTE, new Note("running"));
    started.await();
    String waiting = sluice.enqueue(NOTE, new Note("waiting"));

    CompletableFuture<Void> drained =
        CompletableFuture.runAsync(() -> sluice.worker().drain(Duration.ofSeconds(30)));
    org.awaitility.Awaitility.await()
        .until(() -> sluice.broker().stats("notes").orElseThrow().ready() == 1);
    released.countDown();
    drained.get(20, TimeUnit.SECONDS);

    assertThat(kinds(sluice, running)).containsExactly(COMPLETED);
    assertThat(kinds(sluice, waiting)).isEmpty();
    assertThat(sluice.broker().stats("notes").orElseThrow().ready()).isEqualTo(1);
    assertThat(sluice.worker().health().consuming()).isFalse();
  }

  @Test
  void what_does_not_finish_within_the_deadline_is_interrupted_and_given_back() throws Exception {
    String id = sluice.enqueue(NOTE, new Note("endless"));
    started.await();

    sluice.worker().drain(Duration.ofMillis(50));

    assertThat(kinds(sluice, id)).containsExactly(GIVEN_BACK);
    assertThat(sluice.broker().stats("notes").orElseThrow().ready()).isEqualTo(1);
    assertThat(sluice.deadTasks()).isEmpty();
  }

  @Test
  void a_handler_that_asks_is_told_to_stop() throws Exception {
    sluice.enqueue(NOTE, new Note("polite"));
    started.await();

    sluice.worker().drain(Duration.ofSeconds(30));

    assertThat(asked).containsExactly(true);
    assertThat(sluice.memory().nextDue()).isPresent();
  }

  @Test
  void a_second_signal_ends_a_drain_at_once() throws Exception {
    String id = sluice.enqueue(NOTE, new Note("endless"));
    started.await();
    CompletableFuture<Void> draining =
        CompletableFuture.runAsync(() -> sluice.worker().drain(Duration.ofHours(1)));

    sluice.worker().stopNow();
    draining.get(20, TimeUnit.SECONDS);

    assertThat(kinds(sluice, id)).containsExactly(GIVEN_BACK);
  }

  @Test
  void an_operator_can_stop_the_worker() throws Exception {
    released.countDown();

    sluice.worker().control().shutdown();
    sluice.worker().awaitStopped();

    assertThat(sluice.worker().health().consuming()).isFalse();
  }
}
