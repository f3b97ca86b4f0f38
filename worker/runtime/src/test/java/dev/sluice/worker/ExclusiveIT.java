package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.KeyStore;
import dev.sluice.keys.RedisKeys;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Exclusive;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.producer.TaskHandle;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** Exclusive tasks with a real database and a real Redis: what their locks do. */
class ExclusiveIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  record Entry(String text) {}

  private static final TaskType<Entry> WRITE =
      TaskType.of("exclusive.write", Entry.class).queue("exclusive");
  private static final EnqueueOptions REPLACE =
      EnqueueOptions.DEFAULTS.exclusive(Exclusive.replace("user-7"));
  private static final EnqueueOptions DROP =
      EnqueueOptions.DEFAULTS.exclusive(Exclusive.drop("user-7"));

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final RedisClient client = RedisClient.create(DevServices.shared().redis().url());
  private final RedisKeys redis =
      RedisKeys.open(
          URI.create(DevServices.shared().redis().url()),
          "t" + UUID.randomUUID().toString().substring(0, 8));
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private Database database;
  private Worker worker;

  /** A new database of the server. */
  String url(DatabaseService server, String name) throws SQLException {
    return server.jdbcUrl(name);
  }

  @BeforeEach
  void start() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    database =
        Database.open(
            DatabaseOptions.of(url(server, name)).user(server.user()).password(server.password()));
    database.migrate();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE effect (text VARCHAR(255) NOT NULL)");
    }
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database.dataSource())
                    .keys(redis)
                    .controlBus(false)
                    .queue(WRITE.queue(), QueueOptions.DEFAULTS.concurrency(4))
                    .listener(new Ends()))
            .handle(WRITE, this::write)
            .start();
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    worker.stopNow();
    broker.close();
    redis.close();
    client.close();
    database.close();
  }

  private Outcome write(Entry entry, TaskContext task, Connection connection) throws Exception {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO effect VALUES (?)")) {
      insert.setString(1, entry.text());
      insert.executeUpdate();
      if (entry.text().equals("wait")) {
        started.countDown();
        mayEnd.await();
      }
      return Outcome.completed();
    } finally {
      running.decrementAndGet();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis", "database"})
  void of_a_hundred_enqueues_at_once_never_two_run_at_a_time_and_the_lock_ends_free(String store)
      throws Exception {
    KeyStore keys = store.equals("redis") ? redis : new DatabaseKeys(database.dataSource());
    int accepted = 0;
    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS.keys(keys))) {
      ExecutorService threads = Executors.newFixedThreadPool(20);
      List<Future<TaskHandle>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(threads.submit(() -> producer.enqueue(WRITE, new Entry("note"), DROP)));
      }
      for (Future<TaskHandle> call : calls) {
        accepted += call.get().isNew() ? 1 : 0;
      }
      threads.shutdown();
      int expected = accepted;
      await().atMost(PATIENCE).until(() -> ended.size() == expected);
      assertThat(most).hasValue(1);
      assertThat(effects()).hasSize(accepted);
      assertThat(ended).allMatch(end -> end.startsWith("completed"));
      // Freed in Redis after the settling, which the listener may outrun.
      await()
          .atMost(PATIENCE)
          .until(() -> producer.enqueue(WRITE, new Entry("note"), DROP).isNew());
    }
  }

  @Test
  void a_newcomer_does_not_wait_for_the_handler_and_the_running_task_is_rolled_back()
      throws Exception {
    try (Producer producer = replacing()) {
      String first = producer.enqueue(WRITE, new Entry("wait"), REPLACE).taskId();
      started.await();
      String second = producer.enqueue(WRITE, new Entry("second"), REPLACE).taskId();
      await().atMost(PATIENCE).until(() -> ended.contains("completed " + second));
      mayEnd.countDown();
      await().atMost(PATIENCE).until(() -> ended.contains("discarded " + first));
      assertThat(effects()).containsExactly("second");
    }
  }

  @Test
  void a_task_that_ends_while_it_is_being_replaced_waits_for_what_becomes_of_that()
      throws Exception {
    try (Producer producer = replacing();
        Connection connection = database.dataSource().getConnection()) {
      String first = producer.enqueue(WRITE, new Entry("wait"), REPLACE).taskId();
      started.await();
      connection.setAutoCommit(false);
      String second =
          producer.inTransaction(connection).enqueue(WRITE, new Entry("second"), REPLACE).taskId();
      mayEnd.countDown();
      await().atMost(PATIENCE).until(() -> running.get() == 0);
      assertThat(ended).isEmpty();
      connection.commit();
      connection.setAutoCommit(true);
      producer.nudgeOutbox();

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(ended)
                      .containsExactlyInAnyOrder("discarded " + first, "completed " + second));
      assertThat(effects()).containsExactly("second");
    }
  }

  @Test
  void a_hundred_replacements_at_once_deadlock_nobody_and_the_newest_takes_effect()
      throws Exception {
    EnqueueOptions later = REPLACE.delay(Duration.ofSeconds(5));
    try (Producer producer = replacing()) {
      ExecutorService threads = Executors.newFixedThreadPool(20);
      List<Future<TaskHandle>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String text = "note-" + i;
        calls.add(threads.submit(() -> producer.enqueue(WRITE, new Entry(text), later)));
      }
      for (Future<TaskHandle> call : calls) {
        assertThat(call.get().isNew()).isTrue();
      }
      threads.shutdown();
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(ended).hasSize(100));
      assertThat(ended).filteredOn(end -> end.startsWith("completed")).hasSize(1);
      assertThat(ended).filteredOn(end -> end.startsWith("discarded")).hasSize(99);
      assertThat(effects()).hasSize(1);
    }
  }

  @Test
  void transactions_that_take_one_key_follow_each_other_and_a_rollback_frees_it() throws Exception {
    try (Producer producer =
            Producer.open(
                broker, ProducerOptions.DEFAULTS.keys(new DatabaseKeys(database.dataSource())));
        Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      producer.inTransaction(connection).enqueue(WRITE, new Entry("rolled back"), DROP);
      List<CompletableFuture<TaskHandle>> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        waiting.add(CompletableFuture.supplyAsync(() -> untilNoDeadlock(producer, "wait")));
      }
      connection.rollback();
      connection.setAutoCommit(true);

      int fresh = 0;
      for (CompletableFuture<TaskHandle> each : waiting) {
        fresh += each.get(60, TimeUnit.SECONDS).isNew() ? 1 : 0;
      }
      assertThat(fresh).isEqualTo(1);
    }
  }

  /** When the transaction that was first is rolled back, InnoDB lets one of those behind it win. */
  private TaskHandle untilNoDeadlock(Producer producer, String text) {
    while (true) {
      try {
        return producer.transactionResult(
            database.dataSource(), tx -> tx.enqueue(WRITE, new Entry(text), DROP));
      } catch (SQLException e) {
        assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("40001");
      }
    }
  }

  private Producer replacing() {
    return Producer.open(broker, ProducerOptions.DEFAULTS.outbox(database.dataSource()));
  }

  private List<String> effects() throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT text FROM effect")) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private final class Ends implements WorkerListener {

    @Override
    public void completed(Completed event) {
      ended.add("completed " + event.task().id());
    }

    @Override
    public void discarded(Task task, String reason) {
      ended.add("discarded " + task.id());
    }

    @Override
    public void retried(Retried event) {
      ended.add("retried " + event.task().id() + " " + event.cause());
    }

    @Override
    public void snoozed(Snoozed event) {
      ended.add("snoozed " + event.task().id() + " " + event.why());
    }

    @Override
    public void dead(Dead event) {
      ended.add("dead " + event.detail());
    }
  }
}
