package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskType;
import dev.sluice.task.TimeLimits;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class TimeLimitTest {
  private static final TaskType<Note> LIMITED =
      TaskType.of("notes.limited", Note.class)
          .queue("limited")
          .timeLimits(new TimeLimits(Duration.ofSeconds(10), Duration.ofSeconds(20)));
  private static final TaskType<Note> WRITING =
      TaskType.of("notes.writing", Note.class).queue("writing");

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handle(NOTE, this::sleep)
                      .handle(LIMITED, this::poll)
                      .handle(WRITING, this::write))
          .withDatabase();

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @AfterEach
  void release() {
    released.countDown();
  }

  private Outcome sleep(Note note, TaskContext task) throws InterruptedException {
    if (task.attempt() == 1 && note.text().equals("slow")) {
      started.countDown();
      released.await();
    }
    return Outcome.completed();
  }

  private Outcome poll(Note note, TaskContext task) throws InterruptedException {
    started.countDown();
    while (!task.stopRequested()) {
      if (released.await(1, TimeUnit.MILLISECONDS)) {
        return Outcome.completed();
      }
    }
    return Outcome.snooze(Duration.ofMinutes(1));
  }

  /** Ignores interrupts, as a thread does that waits for a socket. */
  private Outcome write(Note note, TaskContext task, Connection connection) throws SQLException {
    Ledger.add(connection, note.text() + task.attempt());
    if (task.attempt() > 1) {
      return Outcome.completed();
    }
    started.countDown();
    boolean waiting = true;
    while (waiting) {
      try {
        released.await();
        waiting = false;
      } catch (InterruptedException goOn) {
        continue;
      }
    }
    ended.countDown();
    return Outcome.completed();
  }

  @Test
  void at_the_soft_limit_the_handler_is_asked_to_stop() throws InterruptedException {
    String id = sluice.enqueue(LIMITED, new Note("a"));
    started.await();

    sluice.clock().advance(Duration.ofSeconds(11));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(SNOOZED);
  }

  @Test
  void at_the_hard_limit_the_attempt_has_failed() throws InterruptedException {
    String id = sluice.enqueue(NOTE, new Note("slow"));
    started.await();

    sluice.clock().advance(Duration.ofMinutes(15));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(RETRIED);
    assertThat(sluice.outcomes(id).get(0).detail()).contains("hard time limit");
    sluice.advanceToEnd();
    assertThat(kinds(sluice, id)).containsExactly(RETRIED, COMPLETED);
  }

  @Test
  void a_zombie_commits_nothing_and_its_late_outcome_is_ignored() throws Exception {
    String id = sluice.enqueue(WRITING, new Note("w"));
    started.await();

    sluice.clock().advance(Duration.ofMinutes(15));
    Awaitility.await()
        .until(
            () -> {
              // Its thread may take five seconds, by the same clock, to end.
              sluice.clock().advance(Duration.ofSeconds(1));
              return !sluice.outcomes(id).isEmpty();
            });
    assertThat(kinds(sluice, id)).containsExactly(RETRIED);

    // The slot was replaced: the next attempt runs while the zombie still hangs.
    sluice.advanceToEnd();
    assertThat(kinds(sluice, id)).containsExactly(RETRIED, COMPLETED);

    released.countDown();
    ended.await();
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("w2");
    Awaitility.await()
        .during(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              assertThat(Ledger.entries(sluice.dataSource())).containsExactly("w2");
              assertThat(kinds(sluice, id)).containsExactly(RETRIED, COMPLETED);
            });
  }
}
