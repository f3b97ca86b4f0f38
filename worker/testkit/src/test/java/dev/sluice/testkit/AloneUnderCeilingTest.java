package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.FOLLOW_UP;
import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Subscription;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.governor.Governor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A task that must run with no other, and a ceiling that lets few rows be written at a time. */
class AloneUnderCeilingTest {
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(handlers -> handlers.handle(NOTE, this::take).handle(FOLLOW_UP, this::retry))
          .withDatabase();

  private Outcome take(Note note, TaskContext task, Connection connection) {
    done.add(note.text());
    return Outcome.completed();
  }

  /** Loses a deadlock when it is told to; pays for its second transaction then. */
  private Outcome retry(Note note, TaskContext task, Connection connection) throws Exception {
    if (started.getCount() > 0) {
      started.countDown();
      released.await();
      throw new SQLException("deadlock", "40001", 40001);
    }
    return take(note, task, connection);
  }

  @Test
  void who_waits_to_run_alone_holds_no_rows_that_those_before_it_need() throws Exception {
    sluice.worker().close();
    String alone = sluice.enqueue(NOTE, new Note("alone"));
    hold().close();
    mark(alone, 2);
    Subscription holder = hold();
    sluice.enqueue(FOLLOW_UP, new Note("before"));
    try (Worker worker = newWorker().start()) {
      started.await();
      holder.close();
      await().until(() -> running(worker) == 1);
      sluice.enqueue(NOTE, new Note("behind"));
      await().until(() -> running(worker) == 2);
      released.countDown();

      await().untilAsserted(() -> assertThat(done).hasSize(3));
      assertThat(done).containsExactly("before", "alone", "behind");
    } finally {
      released.countDown();
    }
  }

  private Worker newWorker() {
    Governor governor = new Governor();
    governor.database(TaskType.MAIN_DATABASE).ceiling(20);
    return Worker.open(
            WorkerOptions.of(sluice.broker())
                .clock(sluice.clock())
                .controlBus(false)
                .governor(governor)
                .queue("notes", QueueOptions.DEFAULTS)
                .queue("files", QueueOptions.DEFAULTS)
                .dataSource(sluice.dataSource()))
        .handle(NOTE, this::take)
        .handle(FOLLOW_UP, this::retry);
  }

  private static int running(Worker worker) {
    return worker.control().stats().queues().get("notes").running();
  }

  /** A worker takes what is first in the queue and does not settle it. */
  private Subscription hold() {
    CountDownLatch taken = new CountDownLatch(1);
    Subscription holder =
        sluice.broker().subscribe(QueueSpec.of("notes"), 1, delivery -> taken.countDown());
    await().until(() -> taken.getCount() == 0);
    return holder;
  }

  private void mark(String id, int marks) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_attempt_mark VALUES (?, ?, CURRENT_TIMESTAMP)")) {
      insert.setBytes(1, InboxKey.of(id).task());
      insert.setInt(2, marks);
      insert.executeUpdate();
    }
  }
}
