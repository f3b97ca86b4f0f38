package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.DISCARDED;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.keys.Claim;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.KeyName;
import dev.sluice.keys.KeyStore;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Exclusive;
import dev.sluice.producer.TaskHandle;
import dev.sluice.testkit.Samples.Note;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lock from the enqueue until the task is settled for good; newcomers are dropped. */
class ExclusiveDropTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final EnqueueOptions DROP =
      EnqueueOptions.DEFAULTS.exclusive(Exclusive.drop("user-7"));

  private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task) -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        runs.incrementAndGet();
                        if (note.text().equals("wait")) {
                          started.countDown();
                          mayEnd.await();
                        }
                        running.decrementAndGet();
                        return outcomes.getOrDefault(note.text(), Outcome.completed());
                      }))
          .withDatabase()
          .withOptions(options -> options.queue("notes", QueueOptions.DEFAULTS.concurrency(8)));

  @Test
  void while_it_runs_newcomers_are_dropped_and_after_success_the_next_is_new() throws Exception {
    TaskHandle first = enqueue("wait");
    Thread drain = new Thread(sluice::drain);
    drain.start();
    started.await();
    assertThat(enqueue("other")).isEqualTo(new TaskHandle(first.taskId(), false));
    mayEnd.countDown();
    drain.join();

    assertThat(enqueue("other").isNew()).isTrue();
    sluice.drain();
    assertThat(runs).hasValue(2);
  }

  @Test
  void of_a_hundred_enqueues_at_once_while_workers_run_never_two_run_at_a_time() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    List<Future<TaskHandle>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(
          threads.submit(
              () -> {
                TaskHandle handle = enqueue("note");
                sluice.memory().deliverDue();
                return handle;
              }));
    }
    int accepted = 0;
    for (Future<TaskHandle> call : calls) {
      accepted += call.get().isNew() ? 1 : 0;
    }
    threads.shutdown();
    sluice.drain();

    assertThat(most).hasValue(1);
    assertThat(runs).as("each that was told to be new has run").hasValue(accepted);
  }

  @Test
  void it_is_held_through_retries() {
    outcomes.put("fail", Outcome.retry(new IllegalStateException("not yet")));
    TaskHandle first = enqueue("fail");
    sluice.drain();
    assertThat(enqueue("other").taskId()).isEqualTo(first.taskId());
    outcomes.remove("fail");
    sluice.advanceToEnd();

    assertThat(kinds(sluice, first.taskId())).containsExactly(RETRIED, COMPLETED);
    assertThat(enqueue("other").isNew()).isTrue();
  }

  @Test
  void a_dead_task_frees_it() {
    outcomes.put("die", Outcome.dead("no use"));
    TaskHandle first = enqueue("die");
    sluice.drain();
    assertThat(kinds(sluice, first.taskId())).containsExactly(DEAD);
    assertThat(enqueue("other").isNew()).isTrue();
  }

  @Test
  void a_discarded_task_frees_it() {
    outcomes.put("drop", Outcome.discarded("not wanted"));
    TaskHandle first = enqueue("drop");
    sluice.drain();
    assertThat(kinds(sluice, first.taskId())).containsExactly(DISCARDED);
    assertThat(enqueue("other").isNew()).isTrue();
  }

  @Test
  void a_revoked_task_frees_it() {
    EnqueueOptions later = DROP.delay(Duration.ofMinutes(1));
    TaskHandle first = sluice.producer().enqueue(NOTE, new Note("revoked"), later);
    sluice.worker().control().revoke(List.of(first.taskId()), false);
    sluice.advanceToEnd();
    assertThat(runs).hasValue(0);
    assertThat(enqueue("other").isNew()).isTrue();
  }

  @Test
  void what_outlives_its_time_to_live_runs_all_the_same() {
    outcomes.put("late", Outcome.snooze(Duration.ofHours(2)));
    TaskHandle first = enqueue("late");
    sluice.advance(Duration.ofHours(1));
    outcomes.remove("late");
    TaskHandle second = enqueue("next");
    sluice.advanceToEnd();

    assertThat(second.isNew()).isTrue();
    assertThat(kinds(sluice, first.taskId())).containsExactly(SNOOZED, COMPLETED);
    assertThat(kinds(sluice, second.taskId())).containsExactly(COMPLETED);
  }

  @Test
  void the_time_to_live_counts_from_the_eta() {
    EnqueueOptions later = DROP.delay(Duration.ofHours(3));
    TaskHandle first = sluice.producer().enqueue(NOTE, new Note("later"), later);
    sluice.advance(Duration.ofHours(2));
    assertThat(enqueue("other")).isEqualTo(new TaskHandle(first.taskId(), false));
  }

  @Test
  void a_crash_between_taking_the_lock_and_the_confirm_neither_swallows_a_newcomer_nor_keeps_it() {
    KeyStore keys = new DatabaseKeys(sluice.dataSource());
    KeyName key = KeyName.exclusive(NOTE.name(), "user-7");
    keys.take(key, new Claim("crashed", new byte[0], sluice.clock().instant(), DAY));
    sluice.advance(Duration.ofSeconds(11));

    TaskHandle newcomer = enqueue("newcomer");
    sluice.drain();
    assertThat(newcomer).isEqualTo(new TaskHandle("crashed", false));
    assertThat(kinds(sluice, "crashed")).containsExactly(COMPLETED);
    assertThat(runs).hasValue(1);
    assertThat(enqueue("other").isNew()).isTrue();
  }

  private TaskHandle enqueue(String text) {
    return sluice.producer().enqueue(NOTE, new Note(text), DROP);
  }
}
