package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.message.Headers;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import dev.sluice.worker.firing.FiringId;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ledger of firings on a real database, whose days are partitions. */
class FiringOutcomesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  record Report(String day) {}

  private static final TaskType<Report> WRITE =
      TaskType.of("firing.write", Report.class).queue("firings").retry(RetryPolicy.never());
  private static final TaskType<Report> ALL =
      TaskType.of("firing.write_all", Report.class).queue("firings");

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final CountDownLatch atLastStep = new CountDownLatch(1);
  private final CountDownLatch lastStep = new CountDownLatch(1);
  private final FiringId firing =
      new FiringId("it-" + UUID.randomUUID(), Instant.parse("2026-11-21T04:17:00.123Z"));
  private Database database;
  private Worker worker;

  @BeforeEach
  void start() {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database.dataSource())
                    .controlBus(false)
                    .queue("firings"))
            .handle(WRITE, this::write);
    LongTaskKind.of(
            ALL, new Days(), LongTaskOptions.DEFAULTS.queue("firings"), InstantSource.system())
        .register(worker, database.dataSource());
    worker.start();
  }

  @AfterEach
  void close() {
    worker.stopNow();
    broker.close();
    database.close();
  }

  @Test
  void a_firing_is_completed_by_its_task_and_by_no_other() throws Exception {
    String id = TaskIds.next(Instant.now()).toString();
    insert(id);
    publish(WRITE, TaskIds.next(Instant.now()).toString(), "monday");
    publish(WRITE, id, "fails");
    await().atMost(PATIENCE).until(() -> row("state").equals("dead"));

    // Sent back by an operator.
    publish(WRITE, id, "monday");
    await().atMost(PATIENCE).until(() -> row("state").equals("completed"));
    assertThat(row("ended_at")).isNotEqualTo("null");
    assertThat(Long.parseLong(row("duration_ms"))).isNotNegative();
  }

  @Test
  void a_firing_goes_on_with_the_long_task_that_its_task_started() throws Exception {
    String id = TaskIds.next(Instant.now()).toString();
    insert(id);
    publish(ALL, id, "all");
    // Its first step is done: so is the task that started it.
    atLastStep.await();
    assertThat(row("state")).isEqualTo("enqueued");

    lastStep.countDown();
    await().atMost(PATIENCE).until(() -> row("state").equals("completed"));
  }

  private Outcome write(Report report, TaskContext task, Connection connection) {
    return report.day().equals("fails")
        ? Outcome.retry(new IllegalStateException("no"))
        : Outcome.completed();
  }

  private final class Days implements LongTask<Report> {
    @Override
    public Plan plan(Report payload, Connection connection) {
      return new Plan(List.of(Slice.ALL), null);
    }

    @Override
    public Step step(Report payload, Slice slice) throws InterruptedException {
      if (slice.after() == null) {
        return Step.upTo("monday", 1);
      }
      atLastStep.countDown();
      lastStep.await();
      return Step.last(1);
    }
  }

  private void publish(TaskType<Report> type, String id, String day) {
    byte[] body = new PayloadCodec().encode(new Report(day));
    broker.declare(QueueSpec.of("firings"));
    broker
        .publish(
            new Route.ToQueue("firings"),
            MessageCodec.encode(TaskMessage.builder(id, type.name(), body).build())
                .withHeaders(Map.of(Headers.FIRING, firing.toString())))
        .join();
  }

  private void insert(String taskId) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_job_firing (job, fire_time, origin, state, task_id, fired_at,"
                    + " enqueued_at) VALUES (?, ?, 'due', 'enqueued', ?, ?, ?)")) {
      String time = SqlTimes.text(firing.fireTime());
      insert.setString(1, firing.job());
      insert.setString(2, time);
      insert.setString(3, taskId);
      insert.setString(4, time);
      insert.setString(5, time);
      insert.executeUpdate();
    }
  }

  private String row(String column) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT " + column + " FROM sluice_job_firing WHERE job = ?")) {
      select.setString(1, firing.job());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return String.valueOf(row.getString(1));
      }
    }
  }
}
