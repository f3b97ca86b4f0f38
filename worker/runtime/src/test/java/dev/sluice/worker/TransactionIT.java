package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.database.InboxPartitions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.task.TimeLimits;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactional handlers on a real database: what its keys, collations and drivers do. */
class TransactionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant MIDNIGHT = Instant.now().truncatedTo(ChronoUnit.DAYS);

  record Entry(String text) {}

  private static final TaskType<Entry> WRITE =
      TaskType.of("transaction.write", Entry.class).queue("transactions");
  private static final TaskType<Entry> HANG =
      TaskType.of("transaction.hang", Entry.class)
          .queue("transactions")
          .retry(RetryPolicy.never())
          .timeLimits(new TimeLimits(null, Duration.ofSeconds(1)));

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private volatile Instant now = MIDNIGHT.minusMillis(100);
  private Database database;
  private Worker worker;

  @BeforeEach
  void start() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    execute("CREATE TABLE IF NOT EXISTS transaction_effect (text VARCHAR(255) NOT NULL)");
    execute("DELETE FROM transaction_effect");
    execute("DELETE FROM sluice_inbox");
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database.dataSource())
                    .clock(() -> now)
                    .controlBus(false)
                    .queue(WRITE.queue(), QueueOptions.DEFAULTS.concurrency(1))
                    .listener(new Ends()))
            .handle(WRITE, this::write)
            .handle(HANG, this::hang)
            .start();
  }

  @AfterEach
  void close() {
    worker.stopNow();
    broker.close();
    database.close();
  }

  @Test
  void a_redelivery_after_midnight_is_a_duplicate() throws Exception {
    String id = TaskIds.next(now).toString();
    deliver(id, WRITE, "once");
    awaitEnded("completed " + id);

    now = MIDNIGHT.plusMillis(100);
    addDays();
    deliver(id, WRITE, "once");

    awaitEnded("completed " + id, "duplicate " + id);
    assertThat(effects()).containsExactly("once");
  }

  @Test
  void foreign_ids_that_a_collation_takes_for_equal_are_two_tasks() throws Exception {
    deliver("ORDER-a ", WRITE, "first");
    deliver("order-A", WRITE, "second");
    deliver("order-A", WRITE, "second");

    awaitEnded("completed ORDER-a ", "completed order-A", "duplicate order-A");
    assertThat(effects()).containsExactly("first", "second");
  }

  @Test
  void a_task_of_a_producer_whose_clock_is_a_year_ahead_is_applied_once() throws Exception {
    String id = TaskIds.next(now.plus(Duration.ofDays(400))).toString();
    deliver(id, WRITE, "ahead");
    awaitEnded("completed " + id);
    now = MIDNIGHT.plusMillis(100);
    addDays();
    deliver(id, WRITE, "ahead");

    awaitEnded("completed " + id, "duplicate " + id);
    assertThat(effects()).containsExactly("ahead");
  }

  @Test
  void a_zombie_that_hangs_in_the_driver_is_cut_off_and_commits_nothing() throws Exception {
    String zombie = TaskIds.next(now).toString();
    String next = TaskIds.next(now).toString();
    deliver(zombie, HANG, "zombie");
    deliver(next, WRITE, "next");

    awaitEnded("dead " + zombie, "completed " + next);

    assertThat(effects()).containsExactly("next");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                count(
                        "SELECT COUNT(*) FROM information_schema.processlist"
                            + " WHERE info LIKE 'DO SLEEP%'")
                    == 0);
    assertThat(effects()).containsExactly("next");
    assertThat(count("SELECT COUNT(*) FROM sluice_inbox")).isEqualTo(1);
  }

  /** The days of the inbox up to now and some ahead have partitions. */
  private void addDays() throws SQLException {
    int today = (int) (now.getEpochSecond() / 86_400);
    try (Connection connection = database.dataSource().getConnection()) {
      InboxPartitions.maintain(connection, today - 30, today);
    }
  }

  private Outcome write(Entry entry, TaskContext task, Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO transaction_effect (text) VALUES (?)")) {
      insert.setString(1, entry.text());
      insert.executeUpdate();
    }
    return Outcome.completed();
  }

  /** Inserts, waits in the driver, and swallows what ends the wait. */
  private Outcome hang(Entry entry, TaskContext task, Connection connection) throws SQLException {
    write(entry, task, connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("DO SLEEP(4)");
    } catch (SQLException goOn) {
      return Outcome.completed();
    }
    return Outcome.completed();
  }

  private void deliver(String id, TaskType<Entry> type, String text) {
    Message message =
        MessageCodec.encode(
            TaskMessage.builder(id, type.name(), new PayloadCodec().encode(new Entry(text)))
                .build());
    broker.publish(new Route.ToQueue(type.queue()), message).join();
  }

  private void awaitEnded(String... ends) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(ended).containsExactly(ends));
  }

  private List<String> effects() throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT text FROM transaction_effect ORDER BY text")) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  private int count(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
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
      ended.add("completed " + event.task().id());
    }

    @Override
    public void duplicate(Task task) {
      ended.add("duplicate " + task.id());
    }

    @Override
    public void dead(Dead event) {
      ended.add("dead " + (event.task() == null ? "" : event.task().id()));
    }
  }
}
