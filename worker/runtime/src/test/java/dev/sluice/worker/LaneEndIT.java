package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Lanes that end at the same moment, each in a transaction that saw the others at work, on a pool
 * with the defaults that are the least help: REPEATABLE READ, no commits of its own.
 */
class LaneEndIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LANES = 8;

  record Work(int number) {}

  private static final TaskType<Work> TOGETHER =
      TaskType.of("lanes.together", Work.class).queue("lanes");
  private static final TaskType<Work> DONE = TaskType.of("lanes.done", Work.class).queue("lanes");

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final CyclicBarrier allHaveASnapshot = new CyclicBarrier(LANES);
  private final Set<String> waited = ConcurrentHashMap.newKeySet();
  private final List<Integer> callbacks = new CopyOnWriteArrayList<>();
  private Database database;
  private Producer producer;
  private Worker worker;

  @BeforeEach
  void start() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl())
                .user(server.user())
                .password(server.password())
                .poolSize(2 * LANES));
    database.migrate();
    try (Connection connection = database.dataSource().getConnection();
        Statement delete = connection.createStatement()) {
      delete.execute("DELETE FROM sluice_long_task");
      delete.execute("DELETE FROM sluice_long_task_lane");
    }
    DataSource pool =
        SteppedPool.prepared(
            database.dataSource(),
            connection -> {
              connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
              connection.setAutoCommit(false);
            });
    producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(pool)
                    .controlBus(false)
                    .queue(TOGETHER.queue())
                    .queue("steps", QueueOptions.DEFAULTS.concurrency(LANES)))
            .handle(
                DONE,
                (work, task) -> {
                  callbacks.add(work.number());
                  return Outcome.completed();
                });
    LongTaskKind.of(TOGETHER, new Together(), LongTaskOptions.DEFAULTS, InstantSource.system())
        .whenDone(DONE, work -> work)
        .register(worker, pool);
    worker.start();
  }

  @AfterEach
  void close() {
    worker.stopNow();
    producer.close();
    broker.close();
    database.close();
  }

  @RepeatedTest(5)
  void the_callback_comes_once() throws Exception {
    producer.enqueue(TOGETHER, new Work(7));

    await().atMost(PATIENCE).until(() -> ended() && outbox() == 0);
    assertThat(callbacks).containsExactly(7);
    assertThat(count("SELECT lanes_done FROM sluice_long_task")).isEqualTo(LANES);
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task_lane WHERE done")).isEqualTo(LANES);
    assertThat(waited).as("all ended together").hasSize(LANES);
  }

  private boolean ended() throws SQLException {
    return !callbacks.isEmpty()
        && count("SELECT COUNT(*) FROM sluice_long_task WHERE state = 'DONE'") == 1;
  }

  private long outbox() throws SQLException {
    return count("SELECT COUNT(*) FROM sluice_outbox");
  }

  /** One step a lane, whose write sees the long task's row and waits for all others. */
  private final class Together implements LongTask<Work> {
    @Override
    public Plan plan(Work work, Connection connection) {
      return new Plan(
          IntStream.range(0, LANES).mapToObj(i -> new Slice(i + "", null)).toList(), (long) LANES);
    }

    @Override
    public Step step(Work work, Slice slice) {
      return Step.last(1)
          .with(
              connection -> {
                read(connection);
                if (waited.add(String.valueOf(slice.after()))) {
                  waitForAll();
                }
              });
    }

    private void read(Connection connection) throws SQLException {
      try (Statement select = connection.createStatement();
          ResultSet row = select.executeQuery("SELECT lanes_done FROM sluice_long_task")) {
        row.next();
        assertThat(row.getInt(1)).isNotNegative();
      }
    }

    private void waitForAll() throws SQLException {
      try {
        allHaveASnapshot.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new SQLException(e);
      }
    }
  }

  private long count(String sql) throws SQLException {
    List<Long> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      while (row.next()) {
        found.add(row.getLong(1));
      }
    }
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
