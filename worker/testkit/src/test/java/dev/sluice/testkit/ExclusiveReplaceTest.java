package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.FOLLOW_UP;
import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DISCARDED;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Headers;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Exclusive;
import dev.sluice.producer.TaskHandle;
import dev.sluice.task.TaskType;
import dev.sluice.testkit.Samples.Note;
import dev.sluice.worker.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The newest task of a key stands, whatever becomes of those before it. */
class ExclusiveReplaceTest {
  private static final EnqueueOptions REPLACE =
      EnqueueOptions.DEFAULTS.exclusive(Exclusive.replace("user-7"));
  private static final EnqueueOptions DEBOUNCE =
      EnqueueOptions.DEFAULTS.exclusive(Exclusive.debounce("user-7", Duration.ofSeconds(30)));

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicBoolean failing = new AtomicBoolean();
  private final List<String> plain = new CopyOnWriteArrayList<>();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers -> {
                handlers.handle(
                    NOTE,
                    (note, task, connection) -> {
                      Ledger.add(connection, note.text());
                      if (note.text().equals("wait")) {
                        started.countDown();
                        mayEnd.await();
                      }
                      return failing.get()
                          ? Outcome.retry(new IllegalStateException("not yet"))
                          : Outcome.completed();
                    });
                handlers.handle(
                    FOLLOW_UP,
                    (note, task) -> {
                      plain.add(note.text());
                      return Outcome.completed();
                    });
              })
          .withDatabase();

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void one_that_waits_gives_way_to_the_newcomer() throws SQLException {
    TaskHandle first = enqueue(NOTE, "first", REPLACE.delay(Duration.ofMinutes(1)));
    TaskHandle second = enqueue(NOTE, "second", REPLACE.delay(Duration.ofMinutes(1)));
    sluice.advanceToEnd();

    assertThat(first.isNew()).isTrue();
    assertThat(second.isNew()).isTrue();
    assertThat(kinds(sluice, first.taskId())).containsExactly(DISCARDED);
    assertThat(sluice.outcomes(first.taskId()).get(0).detail()).contains(second.taskId());
    assertThat(kinds(sluice, second.taskId())).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("second");
  }

  @Test
  void one_that_runs_is_rolled_back_when_a_newcomer_took_its_place() throws Exception {
    TaskHandle first = enqueue(NOTE, "wait", REPLACE);
    Thread drain = new Thread(sluice::drain);
    drain.start();
    started.await();
    // Returns while the handler runs: it does not hold the key's row.
    TaskHandle second = enqueue(NOTE, "second", REPLACE);
    mayEnd.countDown();
    drain.join();
    sluice.drain();

    assertThat(kinds(sluice, first.taskId())).containsExactly(DISCARDED);
    assertThat(kinds(sluice, second.taskId())).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("second");
  }

  @Test
  void a_copy_of_one_that_was_replaced_never_rises_again() throws SQLException {
    TaskHandle first = enqueue(NOTE, "first", REPLACE.delay(Duration.ofMinutes(1)));
    enqueue(NOTE, "second", REPLACE);
    sluice.advanceToEnd();
    publishCopy(first);
    sluice.advanceToEnd();

    assertThat(kinds(sluice, first.taskId())).containsExactly(DISCARDED, DUPLICATE);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("second");
  }

  @Test
  void one_that_failed_gives_way_before_its_next_attempt() throws SQLException {
    failing.set(true);
    TaskHandle first = enqueue(NOTE, "first", REPLACE);
    sluice.drain();
    failing.set(false);
    TaskHandle second = enqueue(NOTE, "second", REPLACE);
    sluice.advanceToEnd();

    assertThat(kinds(sluice, first.taskId())).containsExactly(RETRIED, DISCARDED);
    assertThat(kinds(sluice, second.taskId())).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("second");
  }

  @Test
  void one_that_is_done_and_delivered_again_is_a_duplicate_not_superseded() throws SQLException {
    TaskHandle first = enqueue(NOTE, "first", REPLACE);
    sluice.drain();
    enqueue(NOTE, "second", REPLACE);
    sluice.drain();
    publishCopy(first);
    sluice.drain();

    assertThat(kinds(sluice, first.taskId())).containsExactly(COMPLETED, DUPLICATE);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("first", "second");
  }

  @Test
  void a_plain_handler_is_not_called_for_one_that_was_replaced() {
    TaskHandle first = enqueue(FOLLOW_UP, "first", REPLACE.delay(Duration.ofMinutes(1)));
    TaskHandle second = enqueue(FOLLOW_UP, "second", REPLACE.delay(Duration.ofMinutes(1)));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, first.taskId())).containsExactly(DISCARDED);
    assertThat(kinds(sluice, second.taskId())).containsExactly(COMPLETED);
    assertThat(plain).containsExactly("second");
  }

  @Test
  void of_a_hundred_replacements_at_once_the_newest_takes_effect() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    List<Future<TaskHandle>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String text = "note-" + i;
      calls.add(threads.submit(() -> enqueue(NOTE, text, REPLACE.delay(Duration.ofMinutes(1)))));
    }
    List<TaskHandle> handles = new ArrayList<>();
    for (Future<TaskHandle> call : calls) {
      handles.add(call.get());
    }
    threads.shutdown();
    sluice.advanceToEnd();

    assertThat(handles)
        .filteredOn(handle -> kinds(sluice, handle.taskId()).equals(List.of(COMPLETED)))
        .hasSize(1);
    assertThat(handles)
        .filteredOn(handle -> kinds(sluice, handle.taskId()).equals(List.of(DISCARDED)))
        .hasSize(99);
    assertThat(Ledger.entries(sluice.dataSource())).hasSize(1);
  }

  @Test
  void a_burst_that_is_debounced_is_one_task_after_the_last_of_it() throws SQLException {
    for (int i = 1; i <= 5; i++) {
      enqueue(NOTE, "note-" + i, DEBOUNCE);
      sluice.advance(Duration.ofSeconds(10));
    }
    sluice.advance(Duration.ofSeconds(19));
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
    sluice.advance(Duration.ofSeconds(5));

    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("note-5");
  }

  /** Publishes the message of a task that was replaced once more. */
  private void publishCopy(TaskHandle task) {
    sluice.publish(
        "notes",
        Samples.message(task.taskId(), NOTE.name())
            .withHeaders(Map.of(Headers.EXCLUSIVE, "user-7", Headers.GENERATION, 1L)));
  }

  private TaskHandle enqueue(TaskType<Note> type, String text, EnqueueOptions options) {
    return sluice.producer().enqueue(type, new Note(text), options);
  }
}
