package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.FOLLOW_UP;
import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.Subscription;
import dev.sluice.message.DeadReason;
import dev.sluice.task.InboxKey;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerListener;
import dev.sluice.worker.WorkerOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CrashMarkTest {
  private final List<String> runs = new CopyOnWriteArrayList<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<Worker> workers = new ArrayList<>();
  private final List<WorkerListener.Dead> dead = new CopyOnWriteArrayList<>();
  private volatile Consumer<WorkerListener.Completed> completed = event -> {};

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(handlers -> handlers.handle(NOTE, this::take).handle(FOLLOW_UP, this::hold))
          .withDatabase();

  private Outcome take(Note note, TaskContext task) {
    runs.add(note.text());
    return Outcome.completed();
  }

  private Outcome hold(Note note, TaskContext task) throws InterruptedException {
    started.countDown();
    released.await();
    return Outcome.completed();
  }

  @AfterEach
  void stopWorkers() {
    released.countDown();
    workers.forEach(Worker::stopNow);
  }

  @Test
  void a_first_delivery_leaves_no_mark() throws SQLException {
    sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(marks()).isEmpty();
  }

  @Test
  void a_redelivered_task_runs_and_its_mark_goes_when_it_is_settled() throws SQLException {
    String id = lost("a", 1);
    mark(id, 1);
    startWorker(true);

    Awaitility.await().untilAsserted(() -> assertThat(runs).containsExactly("a"));
    Awaitility.await().untilAsserted(() -> assertThat(marks()).isEmpty());
  }

  @Test
  void a_task_whose_worker_was_lost_five_times_is_dead_and_not_run() throws SQLException {
    String id = lost("a", 1);
    mark(id, 4);
    startWorker(true);

    Awaitility.await().untilAsserted(() -> assertThat(dead).hasSize(1));
    assertThat(dead.get(0).reason()).isEqualTo(DeadReason.WORKER_LOST);
    assertThat(runs).isEmpty();
    Awaitility.await().untilAsserted(() -> assertThat(marks()).isEmpty());
  }

  @Test
  void a_task_with_three_marks_runs_with_nothing_else_in_its_worker() throws Exception {
    String id = lost("a", 1);
    mark(id, 2);
    Subscription holder = hold(NOTE.queue());
    sluice.enqueue(FOLLOW_UP, new Note("busy"));
    Worker worker = newWorker(true).start();
    started.await();
    holder.close();

    awaitTaken(worker);
    Awaitility.await()
        .during(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(runs).isEmpty());
    released.countDown();
    Awaitility.await().untilAsserted(() -> assertThat(runs).containsExactly("a"));
    worker.close();
  }

  @Test
  void a_task_that_waits_while_another_one_runs_alone_is_not_blamed() throws Exception {
    sluice.worker().close();
    String alone = sluice.enqueue(FOLLOW_UP, new Note("alone"));
    loseHolder(FOLLOW_UP.queue());
    mark(alone, 2);
    sluice.enqueue(NOTE, new Note("waiting"));
    Subscription holder = hold(NOTE.queue());
    Worker worker = newWorker(true).start();
    started.await();
    holder.close();

    awaitTaken(worker);
    Awaitility.await()
        .during(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              assertThat(runs).isEmpty();
              assertThat(marks()).containsExactly("3");
            });

    released.countDown();
    Awaitility.await().untilAsserted(() -> assertThat(runs).containsExactly("waiting"));
    Awaitility.await().untilAsserted(() -> assertThat(marks()).isEmpty());
  }

  @Test
  void a_task_that_runs_alone_is_settled_before_the_next_one_starts() throws Exception {
    sluice.worker().close();
    String alone = sluice.enqueue(FOLLOW_UP, new Note("alone"));
    loseHolder(FOLLOW_UP.queue());
    mark(alone, 2);
    sluice.enqueue(NOTE, new Note("waiting"));
    Subscription holder = hold(NOTE.queue());
    CountDownLatch settling = new CountDownLatch(1);
    CountDownLatch settled = new CountDownLatch(1);
    completed =
        event -> {
          if (event.task().id().equals(alone)) {
            settling.countDown();
            awaitQuietly(settled);
          }
        };
    newWorker(true).start();
    started.await();
    holder.close();
    released.countDown();
    settling.await();

    Awaitility.await()
        .during(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(runs).isEmpty());
    settled.countDown();
    Awaitility.await().untilAsserted(() -> assertThat(runs).containsExactly("waiting"));
  }

  @Test
  void deliveries_that_were_held_and_never_started_are_not_blamed() throws SQLException {
    String id = lost("a", 12);
    startWorker(true);

    Awaitility.await().untilAsserted(() -> assertThat(runs).containsExactly("a"));
    assertThat(kinds(sluice, id)).doesNotContain(DEAD);
  }

  @Test
  void without_a_database_the_brokers_count_stands_in() {
    lost("a", 5);
    startWorker(false);

    Awaitility.await().untilAsserted(() -> assertThat(dead).hasSize(1));
    assertThat(dead.get(0).reason()).isEqualTo(DeadReason.WORKER_LOST);
    assertThat(runs).isEmpty();
  }

  @Test
  void the_ordinary_worker_of_this_test_completes_tasks() {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
  }

  /** A task whose worker took it and was lost, so many times. */
  private String lost(String text, int times) {
    sluice.worker().close();
    String id = sluice.enqueue(NOTE, new Note(text));
    for (int i = 0; i < times; i++) {
      loseHolder(NOTE.queue());
    }
    return id;
  }

  /** A worker takes what is first in the queue and is lost. */
  private void loseHolder(String queue) {
    hold(queue).close();
  }

  /** A worker takes what is first in the queue and does not settle it. */
  private Subscription hold(String queue) {
    CountDownLatch taken = new CountDownLatch(1);
    Subscription holder =
        sluice.broker().subscribe(QueueSpec.of(queue), 1, delivery -> taken.countDown());
    Awaitility.await().until(() -> taken.getCount() == 0);
    assertThat(holder.active()).isTrue();
    return holder;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitTaken(Worker worker) {
    Awaitility.await().until(() -> worker.control().stats().queues().get("notes").running() == 1);
  }

  private void startWorker(boolean database) {
    newWorker(database).start();
  }

  private Worker newWorker(boolean database) {
    WorkerOptions options =
        WorkerOptions.of(sluice.broker())
            .clock(sluice.clock())
            .controlBus(false)
            .queue("notes", QueueOptions.DEFAULTS)
            .queue("files", QueueOptions.DEFAULTS)
            .listener(
                new WorkerListener() {
                  @Override
                  public void dead(Dead event) {
                    dead.add(event);
                  }

                  @Override
                  public void completed(Completed event) {
                    completed.accept(event);
                  }
                });
    Worker worker =
        Worker.open(database ? options.dataSource(sluice.dataSource()) : options)
            .handle(NOTE, this::take)
            .handle(FOLLOW_UP, this::hold);
    workers.add(worker);
    return worker;
  }

  private void mark(String id, int marks) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO sluice_attempt_mark VALUES (?, ?, ?)")) {
      insert.setBytes(1, InboxKey.of(id).task());
      insert.setInt(2, marks);
      insert.setObject(3, LocalDateTime.of(2026, 1, 1, 0, 0));
      insert.executeUpdate();
    }
  }

  private List<String> marks() throws SQLException {
    return Ledger.strings(sluice.dataSource(), "SELECT marks FROM sluice_attempt_mark");
  }
}
