package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches that meet each other, or a connection's death, on a real database. */
class BatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final BatchOptions THREE = new BatchOptions(3, Duration.ofSeconds(10));
  private static final String QUEUE = "batches";

  record Row(int id) {}

  private static final TaskType<Row> UP = TaskType.of("batch.up", Row.class).queue(QUEUE);
  private static final TaskType<Row> DOWN = TaskType.of("batch.down", Row.class).queue(QUEUE);
  private static final TaskType<Row> HELD = TaskType.of("batch.held", Row.class).queue(QUEUE);

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final CyclicBarrier bothHoldTheirFirst = new CyclicBarrier(2);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch holding = new CountDownLatch(1);
  private final AtomicInteger commits = new AtomicInteger();
  private volatile SteppedPool.Commit firstCommit = Connection::commit;
  private volatile boolean killed;
  private volatile boolean meeting;
  private Database database;
  private Worker worker;

  @BeforeEach
  void start() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    execute("CREATE TABLE IF NOT EXISTS batched (id INT PRIMARY KEY, effects INT NOT NULL)");
    execute("DELETE FROM batched");
    execute("INSERT INTO batched VALUES (1, 0), (2, 0), (3, 0)");
    execute("DELETE FROM sluice_inbox");
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(SteppedPool.committing(database.dataSource(), this::commit))
                    .controlBus(false)
                    .queue(QUEUE, QueueOptions.DEFAULTS.concurrency(2))
                    .listener(new Ends()))
            .handleBatch(UP, THREE, this::updateUp)
            .handleBatch(DOWN, THREE, this::updateDown)
            .handleBatch(HELD, THREE, this::hold)
            .start();
  }

  @AfterEach
  void close() {
    goOn.countDown();
    worker.stopNow();
    broker.close();
    database.close();
  }

  @Test
  void the_batch_that_loses_a_deadlock_is_run_again_at_once() throws Exception {
    meeting = true;
    for (int row = 1; row <= 3; row++) {
      deliver(newId(), UP, row);
      deliver(newId(), DOWN, row);
    }

    awaitEnds(Collections.nCopies(6, "completed"));

    assertThat(runs).hasValue(3);
    assertThat(effects()).containsExactly(2, 2, 2);
    assertThat(ints("SELECT COUNT(*) FROM sluice_inbox")).containsExactly(6);
  }

  @Test
  void a_batch_of_tasks_that_another_one_commits_meanwhile_is_one_of_duplicates() throws Exception {
    List<String> ids = List.of(newId(), newId(), newId());
    deliverAll(ids, HELD);
    holding.await();
    deliverAll(ids.stream().sorted(Collections.reverseOrder()).toList(), HELD);
    await().atMost(PATIENCE).until(this::somebodyWaits);
    goOn.countDown();

    awaitEnds("completed", "completed", "completed", "duplicate", "duplicate", "duplicate");
    assertThat(runs).hasValue(1);
    assertThat(effects()).containsExactly(1, 1, 1);
  }

  @Test
  void a_batch_with_a_task_that_runs_elsewhere_for_long_waits_on_the_ladder_and_uses_no_attempt()
      throws Exception {
    List<String> ids = List.of(newId(), newId(), newId());
    String other = newId();
    deliverAll(ids, HELD);
    holding.await();
    deliver(ids.get(0), HELD, 1);
    deliver(ids.get(1), HELD, 2);
    deliver(other, HELD, 3);
    awaitEnds("snoozed", "snoozed", "snoozed");
    goOn.countDown();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(ends)
                    .filteredOn(end -> !end.equals("snoozed"))
                    .containsExactlyInAnyOrder(
                        "completed",
                        "completed",
                        "completed",
                        "duplicate",
                        "duplicate",
                        "completed"));
    assertThat(effects()).containsExactly(1, 1, 2);
  }

  @Test
  void a_connection_that_dies_before_its_commit_costs_no_attempt_and_applies_once()
      throws Exception {
    firstCommit =
        connection -> {
          kill(connection);
          connection.commit();
        };
    deliverAll(List.of(newId(), newId(), newId()), UP);

    awaitEnds("snoozed", "snoozed", "snoozed", "completed", "completed", "completed");
    assertThat(effects()).containsExactly(1, 1, 1);
  }

  @Test
  void a_connection_that_dies_when_it_has_committed_leaves_copies_that_are_duplicates()
      throws Exception {
    firstCommit =
        connection -> {
          connection.commit();
          throw new SQLNonTransientConnectionException("the answer was lost", "08S01");
        };
    deliverAll(List.of(newId(), newId(), newId()), UP);

    awaitEnds("snoozed", "snoozed", "snoozed", "duplicate", "duplicate", "duplicate");
    assertThat(effects()).containsExactly(1, 1, 1);
  }

  @Test
  void a_connection_that_is_killed_under_the_handler_costs_no_attempt() throws Exception {
    killed = true;
    deliverAll(List.of(newId(), newId(), newId()), UP);

    awaitEnds("snoozed", "snoozed", "snoozed", "completed", "completed", "completed");
    assertThat(effects()).containsExactly(1, 1, 1);
  }

  private void commit(Connection connection) throws SQLException {
    boolean handlers = Thread.currentThread().getName().startsWith("sluice-" + QUEUE);
    if (handlers && commits.getAndIncrement() == 0) {
      firstCommit.of(connection);
    } else {
      connection.commit();
    }
  }

  private BatchOutcome updateUp(List<BatchItem<Row>> batch, Connection connection)
      throws Exception {
    return update(rows(batch).sorted().toList(), connection);
  }

  private BatchOutcome updateDown(List<BatchItem<Row>> batch, Connection connection)
      throws Exception {
    return update(rows(batch).sorted(Collections.reverseOrder()).toList(), connection);
  }

  private BatchOutcome update(List<Integer> rows, Connection connection) throws Exception {
    int run = runs.incrementAndGet();
    addTo(rows.get(0), connection);
    if (meeting && run <= 2) {
      bothHoldTheirFirst.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    if (killed) {
      killed = false;
      kill(connection);
    }
    for (int row : rows.subList(1, rows.size())) {
      addTo(row, connection);
    }
    return BatchOutcome.completed();
  }

  private BatchOutcome hold(List<BatchItem<Row>> batch, Connection connection) throws Exception {
    runs.incrementAndGet();
    for (int row : rows(batch).toList()) {
      addTo(row, connection);
    }
    holding.countDown();
    goOn.await();
    return BatchOutcome.completed();
  }

  private static Stream<Integer> rows(List<BatchItem<Row>> batch) {
    return batch.stream().map(item -> item.payload().id());
  }

  private static void addTo(int id, Connection connection) throws SQLException {
    try (Statement update = connection.createStatement()) {
      update.executeUpdate("UPDATE batched SET effects = effects + 1 WHERE id = " + id);
    }
  }

  /** Ends the connection on the server. */
  private void kill(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
      row.next();
      execute("KILL " + row.getLong(1));
    }
  }

  private boolean somebodyWaits() throws SQLException {
    return !ints("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
        .isEmpty();
  }

  private static String newId() {
    return TaskIds.next(Instant.now()).toString();
  }

  /** One task for each of the rows 1, 2, 3. */
  private void deliverAll(List<String> ids, TaskType<Row> type) {
    for (int i = 0; i < ids.size(); i++) {
      deliver(ids.get(i), type, i + 1);
    }
  }

  private void deliver(String id, TaskType<Row> type, int row) {
    TaskMessage task =
        TaskMessage.builder(id, type.name(), new PayloadCodec().encode(new Row(row))).build();
    broker.publish(new Route.ToQueue(QUEUE), MessageCodec.encode(task)).join();
  }

  private void awaitEnds(String... expected) {
    awaitEnds(List.of(expected));
  }

  private void awaitEnds(List<String> expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ends).containsExactlyInAnyOrderElementsOf(expected));
  }

  private List<Integer> effects() throws SQLException {
    return ints("SELECT effects FROM batched ORDER BY id");
  }

  private List<Integer> ints(String sql) throws SQLException {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      while (row.next()) {
        found.add(row.getInt(1));
      }
    }
    return found;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private final class Ends implements WorkerListener {
    @Override
    public void completed(Completed event) {
      ends.add(event.task().attempt() == 1 ? "completed" : "completed later");
    }

    @Override
    public void duplicate(Task task) {
      ends.add("duplicate");
    }

    @Override
    public void snoozed(Snoozed event) {
      ends.add("snoozed");
    }

    @Override
    public void retried(Retried event) {
      ends.add("retried " + event.cause());
    }

    @Override
    public void dead(Dead event) {
      ends.add("dead " + event.detail());
    }
  }
}
