package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec.Profile;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Handlers whose worker dies on the way, in the test's JVM or in one of its own. */
final class DoomedWorker {
  static final Topology TOPOLOGY = new Topology("killed");
  static final String FOLLOW_UPS = "follow-ups";

  /** Status with which poison ends its JVM. */
  static final int POISONED = 3;

  /** Text of the task of a batch that ends its JVM. */
  static final String POISON = "poison";

  /** Batches that wait for their third task. */
  private static final BatchOptions THREE = new BatchOptions(3, Duration.ofSeconds(10));

  /** In so many lives an innocent task runs beside the poison. */
  private static final int LIVES_SIDE_BY_SIDE = 3;

  record Entry(String text) {}

  private final String queue;
  private final DataSource database;
  private final int life;
  private final CountDownLatch innocentStarted = new CountDownLatch(1);

  DoomedWorker(String queue, DataSource database, int life) {
    this.queue = queue;
    this.database = database;
    this.life = life;
  }

  static TaskType<Entry> transactional(String queue) {
    return TaskType.of("killed.transactional", Entry.class).queue(queue);
  }

  static TaskType<Entry> plain(String queue) {
    return TaskType.of("killed.plain", Entry.class).queue(queue);
  }

  static TaskType<Entry> poison(String queue) {
    return TaskType.of("killed.poison", Entry.class).queue(queue);
  }

  static TaskType<Entry> innocent(String queue) {
    return TaskType.of("killed.innocent", Entry.class).queue(queue);
  }

  static TaskType<Entry> batch(String queue) {
    return TaskType.of("killed.batch", Entry.class).queue(queue);
  }

  private static TaskType<Entry> followUp() {
    return TaskType.of("killed.follow-up", Entry.class).queue(FOLLOW_UPS);
  }

  Worker open(Broker broker, Profile profile, WorkerListener listener) {
    WorkerOptions options =
        WorkerOptions.of(broker)
            .dataSource(database)
            .controlBus(false)
            .queue(queue, QueueOptions.DEFAULTS.concurrency(2).profile(profile))
            .queue(FOLLOW_UPS)
            .listener(listener);
    return Worker.open(options)
        .handle(transactional(queue), this::write)
        .handle(plain(queue), this::writeByItself)
        .handle(followUp(), this::writeFollowUp)
        .handle(poison(queue), this::endJvm)
        .handleBatch(batch(queue), THREE, this::writeAll)
        .handle(innocent(queue), this::writeUnlessBesidePoison);
  }

  private Outcome write(Entry entry, TaskContext task, Connection connection) throws SQLException {
    insert(connection, entry.text());
    task.enqueue(followUp(), new Entry(entry.text() + "/follow-up"));
    return Outcome.completed();
  }

  private Outcome writeByItself(Entry entry, TaskContext task) throws SQLException {
    try (Connection connection = database.getConnection()) {
      insert(connection, entry.text());
    }
    task.enqueue(followUp(), new Entry(entry.text() + "/follow-up"));
    return Outcome.completed();
  }

  private Outcome writeFollowUp(Entry entry, TaskContext task, Connection connection)
      throws SQLException {
    insert(connection, entry.text());
    return Outcome.completed();
  }

  private Outcome endJvm(Entry entry, TaskContext task) throws InterruptedException {
    if (life <= LIVES_SIDE_BY_SIDE) {
      innocentStarted.await(20, TimeUnit.SECONDS);
    }
    Runtime.getRuntime().halt(POISONED);
    return Outcome.completed();
  }

  private Outcome writeUnlessBesidePoison(Entry entry, TaskContext task, Connection connection)
      throws Exception {
    innocentStarted.countDown();
    if (life <= LIVES_SIDE_BY_SIDE) {
      new CountDownLatch(1).await();
    }
    insert(connection, entry.text());
    return Outcome.completed();
  }

  private BatchOutcome writeAll(List<BatchItem<Entry>> batch, Connection connection)
      throws SQLException {
    for (BatchItem<Entry> item : batch) {
      String text = item.payload().text();
      if (text.equals(POISON)) {
        Runtime.getRuntime().halt(POISONED);
      }
      insert(connection, text);
      item.task().enqueue(followUp(), new Entry(text + "/follow-up"));
    }
    return BatchOutcome.completed();
  }

  private static void insert(Connection connection, String text) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO killed_effect (text) VALUES (?)")) {
      insert.setString(1, text);
      insert.executeUpdate();
    }
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments URL of RabbitMQ; URL, user and password of the database; queue; its profile;
   *     number of this life; {@link Standstill.At}
   */
  public static void main(String[] arguments) {
    Database database =
        Database.open(DatabaseOptions.of(arguments[1]).user(arguments[2]).password(arguments[3]));
    Standstill broker =
        new Standstill(
            RabbitBroker.open(RabbitOptions.of(arguments[0]).topology(TOPOLOGY)),
            FOLLOW_UPS,
            Standstill.At.valueOf(arguments[7]),
            0);
    String slots = "sluice-" + TOPOLOGY.queue(arguments[4]);
    DataSource standing =
        SteppedPool.committing(
            database.dataSource(),
            connection -> {
              if (Thread.currentThread().getName().startsWith(slots)) {
                broker.reach(Standstill.At.COMMIT);
              }
              connection.commit();
            });
    new DoomedWorker(arguments[4], standing, Integer.parseInt(arguments[6]))
        .open(broker, Profile.valueOf(arguments[5]), new WorkerListener() {})
        .start()
        .awaitStopped();
  }
}
