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
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactional handlers whose transactions want the same rows of a real database. */
class ContentionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  record Rows(int first, int second) {}

  private static final TaskType<Rows> CAREFUL =
      TaskType.of("contention.careful", Rows.class).queue("contention");
  private static final TaskType<Rows> CARELESS =
      TaskType.of("contention.careless", Rows.class).queue("contention");
  private static final TaskType<Rows> SLOW =
      TaskType.of("contention.slow", Rows.class).queue("contention");

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final CyclicBarrier bothHoldTheirFirst = new CyclicBarrier(2);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private Database database;
  private Worker worker;

  @BeforeEach
  void start() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    execute("CREATE TABLE IF NOT EXISTS contended (id INT PRIMARY KEY, effects INT NOT NULL)");
    execute("DELETE FROM contended");
    execute("INSERT INTO contended VALUES (1, 0), (2, 0), (3, 0)");
    execute("DELETE FROM sluice_inbox");
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database.dataSource())
                    .controlBus(false)
                    .queue(CAREFUL.queue(), QueueOptions.DEFAULTS.concurrency(2))
                    .listener(new Ends()))
            .handle(CAREFUL, this::updateBoth)
            .handle(CARELESS, this::updateBothSwallowing)
            .handle(SLOW, this::updateOneSlowly)
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
  void the_loser_of_a_deadlock_is_run_again_at_once() throws Exception {
    deliver(TaskIds.next(now()).toString(), CAREFUL, new Rows(1, 2));
    deliver(TaskIds.next(now()).toString(), CAREFUL, new Rows(2, 1));

    awaitEnds("completed", "completed");

    assertThat(runs).hasValue(3);
    assertThat(ints("SELECT effects FROM contended ORDER BY id")).containsExactly(2, 2, 2);
    assertThat(ints("SELECT COUNT(*) FROM sluice_inbox")).containsExactly(2);
  }

  @Test
  void a_handler_that_swallows_its_deadlock_commits_nothing_by_halves() throws Exception {
    deliver(TaskIds.next(now()).toString(), CARELESS, new Rows(1, 2));
    deliver(TaskIds.next(now()).toString(), CARELESS, new Rows(2, 1));

    awaitEnds("completed", "completed");

    assertThat(runs).hasValue(3);
    assertThat(ints("SELECT effects FROM contended ORDER BY id")).containsExactly(2, 2, 2);
    assertThat(ints("SELECT COUNT(*) FROM sluice_inbox")).containsExactly(2);
  }

  @Test
  void a_copy_that_comes_while_the_task_is_run_waits_on_the_ladder_and_is_a_duplicate()
      throws Exception {
    String id = TaskIds.next(now()).toString();
    deliver(id, SLOW, new Rows(1, 1));
    deliver(id, SLOW, new Rows(1, 1));
    awaitEnds("snoozed");

    goOn.countDown();

    awaitEnds("snoozed", "completed", "duplicate");
    assertThat(runs).hasValue(1);
    assertThat(ints("SELECT effects FROM contended WHERE id = 1")).containsExactly(1);
  }

  private Outcome updateBoth(Rows rows, TaskContext task, Connection connection) throws Exception {
    holdTheFirst(rows, connection);
    addTo(rows.second(), connection);
    addTo(3, connection);
    return Outcome.completed();
  }

  private Outcome updateBothSwallowing(Rows rows, TaskContext task, Connection connection)
      throws Exception {
    holdTheFirst(rows, connection);
    try {
      addTo(rows.second(), connection);
    } catch (SQLException swallowed) {
      addTo(3, connection);
      return Outcome.completed();
    }
    addTo(3, connection);
    return Outcome.completed();
  }

  private Outcome updateOneSlowly(Rows rows, TaskContext task, Connection connection)
      throws Exception {
    runs.incrementAndGet();
    addTo(rows.first(), connection);
    goOn.await();
    return Outcome.completed();
  }

  /** Both tasks hold a row before either asks for its second; the loser's next run meets nobody. */
  private void holdTheFirst(Rows rows, Connection connection) throws Exception {
    addTo(rows.first(), connection);
    if (runs.incrementAndGet() <= 2) {
      bothHoldTheirFirst.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void addTo(int id, Connection connection) throws SQLException {
    try (Statement update = connection.createStatement()) {
      update.executeUpdate("UPDATE contended SET effects = effects + 1 WHERE id = " + id);
    }
  }

  private static Instant now() {
    return Instant.now();
  }

  private void deliver(String id, TaskType<Rows> type, Rows rows) {
    TaskMessage task =
        TaskMessage.builder(id, type.name(), new PayloadCodec().encode(rows)).build();
    broker.publish(new Route.ToQueue(type.queue()), MessageCodec.encode(task)).join();
  }

  private void awaitEnds(String... expected) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(ends).containsExactly(expected));
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
      ends.add("completed");
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
