package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.GIVEN_BACK;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static dev.sluice.testkit.TaskOutcome.Kind.REVOKED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.BatchOutcome;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.WorkerControl;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches that are ended from outside: time limits, revocations, a worker that stops. */
@Timeout(60)
class BatchEndTest {
  private static final TaskType<Note> NOTE = TaskType.of("notes.three", Note.class).queue("notes");
  private static final TaskType<Note> PLAIN = TaskType.of("notes.plain", Note.class).queue("notes");

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<Integer> sizes = new CopyOnWriteArrayList<>();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handleBatch(NOTE, new BatchOptions(3, Duration.ofSeconds(10)), this::take)
                      .handle(PLAIN, this::takeOne))
          .withDatabase();

  /** Hangs where "slow" is in the batch, in the first attempt of it. */
  private BatchOutcome take(List<BatchItem<Note>> batch, Connection connection) throws Exception {
    sizes.add(batch.size());
    for (BatchItem<Note> item : batch) {
      Ledger.add(connection, item.payload().text());
    }
    if (batch.stream().anyMatch(item -> slow(item))) {
      started.countDown();
      released.await();
    }
    return BatchOutcome.completed();
  }

  private static boolean slow(BatchItem<Note> item) {
    return item.payload().text().equals("slow") && item.task().attempt() == 1;
  }

  private Outcome takeOne(Note note, TaskContext task) {
    return Outcome.completed();
  }

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void after_a_batch_that_took_too_long_each_task_runs_alone_and_only_the_slow_one_fails()
      throws Exception {
    List<String> ids = enqueue("a", "slow", "c");
    started.await();
    sluice.clock().advance(Duration.ofMinutes(15));
    sluice.drain();
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(SNOOZED));
    assertThat(sluice.outcomes(ids.get(0)).get(0).detail()).contains("took too long");

    sluice.clock().advance(Duration.ofSeconds(5));
    CompletableFuture<Void> drained = CompletableFuture.runAsync(sluice::drain);
    await().until(() -> running().contains(ids.get(1)));
    sluice.clock().advance(Duration.ofMinutes(15));
    drained.get(30, TimeUnit.SECONDS);
    assertThat(kinds(sluice, ids.get(1))).containsExactly(SNOOZED, RETRIED);
    sluice.advanceToEnd();

    assertThat(kinds(sluice, ids.get(0))).containsExactly(SNOOZED, COMPLETED);
    assertThat(kinds(sluice, ids.get(1))).containsExactly(SNOOZED, RETRIED, COMPLETED);
    assertThat(kinds(sluice, ids.get(2))).containsExactly(SNOOZED, COMPLETED);
    assertThat(sizes).containsExactly(3, 1, 1, 1, 1);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a", "c", "slow");
  }

  @Test
  void all_tasks_of_a_batch_are_active() throws Exception {
    List<String> ids = enqueue("a", "slow", "c");
    started.await();

    assertThat(running()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(sluice.worker().control().stats().queues().get("notes").running()).isEqualTo(3);
  }

  @Test
  void a_task_that_is_revoked_while_its_batch_runs_leaves_it_and_the_others_are_applied()
      throws Exception {
    List<String> ids = enqueue("a", "slow", "c");
    started.await();

    sluice.worker().control().revoke(List.of(ids.get(1)), true);
    sluice.drain();

    assertThat(kinds(sluice, ids.get(1))).containsExactly(REVOKED);
    assertThat(kinds(sluice, ids.get(0))).containsExactly(COMPLETED);
    assertThat(kinds(sluice, ids.get(2))).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a", "c");
  }

  @Test
  void what_is_being_collected_is_given_back_by_a_drain() {
    List<String> ids = enqueue("a", "b");
    await().until(() -> sluice.memory().stats("notes").orElseThrow().ready() == 0);

    sluice.worker().drain(Duration.ofSeconds(30));

    assertThat(sizes).isEmpty();
    assertThat(sluice.broker().stats("notes").orElseThrow().ready()).isEqualTo(2);
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).doesNotContain(COMPLETED));
  }

  @Test
  void a_batch_that_runs_is_finished_by_a_drain() throws Exception {
    List<String> ids = enqueue("a", "slow", "c");
    started.await();
    CompletableFuture<Void> drained =
        CompletableFuture.runAsync(() -> sluice.worker().drain(Duration.ofSeconds(30)));
    released.countDown();
    drained.get(20, TimeUnit.SECONDS);

    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(COMPLETED));
  }

  @Test
  void a_batch_that_does_not_finish_within_the_deadline_is_given_back() throws Exception {
    List<String> ids = enqueue("a", "slow", "c");
    started.await();

    sluice.worker().drain(Duration.ofMillis(50));

    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(GIVEN_BACK));
    assertThat(sluice.broker().stats("notes").orElseThrow().ready()).isEqualTo(3);
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
  }

  @Test
  void tasks_of_another_type_do_not_wait_for_a_batch_to_fill() {
    enqueue("a");
    String plain = sluice.enqueue(PLAIN, new Note("b"));

    await().until(() -> !kinds(sluice, plain).isEmpty());

    assertThat(kinds(sluice, plain)).containsExactly(COMPLETED);
    assertThat(sizes).isEmpty();
  }

  private List<String> running() {
    return sluice.worker().control().active().stream().map(WorkerControl.Running::id).toList();
  }

  private List<String> enqueue(String... texts) {
    List<String> ids = new ArrayList<>();
    for (String text : texts) {
      ids.add(sluice.enqueue(NOTE, new Note(text)));
    }
    return ids;
  }
}
