package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.producer.TaskHandle;
import dev.sluice.testkit.Samples.Note;
import dev.sluice.worker.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is enqueued once in a window takes effect once in it. */
class OnceTest {
  private static final EnqueueOptions ONCE =
      EnqueueOptions.DEFAULTS.once("order-17", Duration.ofDays(1));

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task, connection) -> {
                        Ledger.add(connection, note.text());
                        return Outcome.completed();
                      }))
          .withDatabase();

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void a_hundred_enqueues_at_once_without_a_store_of_keys_have_one_effect() throws Exception {
    List<TaskHandle> handles = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try (Producer plain = plain()) {
      List<Future<TaskHandle>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(threads.submit(() -> plain.enqueue(NOTE, new Note("ship"), ONCE)));
      }
      for (Future<TaskHandle> call : calls) {
        handles.add(call.get());
      }
    } finally {
      threads.shutdown();
    }
    sluice.advanceToEnd();

    String id = handles.get(0).taskId();
    assertThat(handles).extracting(TaskHandle::taskId).containsOnly(id);
    assertThat(kinds(sluice, id)).filteredOn(COMPLETED::equals).hasSize(1);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("ship");
  }

  @Test
  void an_enqueue_of_the_same_key_after_success_has_no_second_effect() throws SQLException {
    String id = sluice.enqueue(NOTE, new Note("ship"), ONCE);
    sluice.drain();
    assertThat(sluice.enqueue(NOTE, new Note("ship"), ONCE)).isEqualTo(id);
    sluice.drain();
    assertThat(kinds(sluice, id)).as("not even sent").containsExactly(COMPLETED);
    try (Producer plain = plain()) {
      plain.enqueue(NOTE, new Note("ship"), ONCE);
    }
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("ship");
  }

  @Test
  void an_enqueue_of_the_same_key_after_the_window_has_an_effect_of_its_own() throws SQLException {
    sluice.enqueue(NOTE, new Note("ship"), ONCE);
    sluice.advance(Duration.ofDays(1));
    sluice.enqueue(NOTE, new Note("ship again"), ONCE);
    sluice.drain();

    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("ship", "ship again");
  }

  @Test
  void a_delayed_task_meets_the_row_of_its_window_when_it_comes() throws SQLException {
    EnqueueOptions later = ONCE.delay(Duration.ofDays(3));
    String id = sluice.enqueue(NOTE, new Note("ship"), later);
    try (Producer plain = plain()) {
      plain.enqueue(NOTE, new Note("ship"), later);
    }
    sluice.advanceToEnd();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("ship");
  }

  /** A producer without a store of keys: the inbox alone refuses. */
  private Producer plain() {
    return Producer.open(sluice.broker(), ProducerOptions.DEFAULTS.clock(sluice.clock()));
  }
}
