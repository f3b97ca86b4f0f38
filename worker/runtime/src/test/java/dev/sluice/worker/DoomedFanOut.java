package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisUnavailable;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.NotNow;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import redis.clients.jedis.CommandObject;

/**
 * A fan-out from MariaDB to Redis whose worker dies on the way, in the test's JVM or in one of its
 * own. It writes an entry for each recipient, and counts how often each chunk was begun.
 */
final class DoomedFanOut {
  static final Topology TOPOLOGY = new Topology("killed-fan-out");
  static final String QUEUE = "starts";
  static final String CHUNKS_QUEUE = "chunks";

  /** A hash: first recipient of a chunk, how often it was begun. */
  static final String CHUNKS = "chunks";

  static final String ENTRIES = "entries:";

  private static final int CAP = 120;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  record Notice(long post) {}

  static final TaskType<Notice> FAN_OUT = TaskType.of("killed.fan-out", Notice.class).queue(QUEUE);
  static final TaskType<Notice> DONE = TaskType.of("killed.done", Notice.class).queue(QUEUE);
  static final TaskType<Notice> CANCELLED =
      TaskType.of("killed.cancelled", Notice.class).queue(QUEUE);

  private final DataSource database;
  private final Redis redis;

  DoomedFanOut(DataSource database, Redis redis) {
    this.database = database;
    this.redis = redis;
  }

  /** A kind that writes by {@link #write}. */
  LongTaskKind<Notice> kind(FanOutOptions options) {
    return kind(options, this::write);
  }

  LongTaskKind<Notice> kind(
      FanOutOptions options, dev.sluice.worker.fanout.ChunkWriter<Notice> writer) {
    return FanOut.of(
            FAN_OUT,
            database,
            new NumberedRecipients<>(),
            writer,
            options.queue(CHUNKS_QUEUE),
            InstantSource.system())
        .whenDone(DONE, notice -> notice)
        .whenCancelled(CANCELLED, notice -> notice);
  }

  Worker open(Broker broker, LongTaskKind<Notice> kind, int concurrency) {
    Worker worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database)
                    .controlBus(false)
                    .queue(QUEUE)
                    .queue(CHUNKS_QUEUE, QueueOptions.DEFAULTS.concurrency(concurrency)))
            .handle(DONE, this::done)
            .handle(CANCELLED, this::cancelled);
    kind.register(worker, database);
    return worker;
  }

  void write(Notice notice, List<Long> recipients) {
    List<CommandObject<Long>> commands = new ArrayList<>(2 * recipients.size() + 1);
    commands.add(Redis.COMMANDS.hincrBy(CHUNKS, recipients.get(0).toString(), 1));
    String post = Long.toString(notice.post());
    for (Long recipient : recipients) {
      commands.add(Redis.COMMANDS.zadd(ENTRIES + recipient, notice.post(), post));
      commands.add(Redis.COMMANDS.zremrangeByRank(ENTRIES + recipient, 0, -CAP - 1L));
    }
    try {
      redis.run(commands);
    } catch (RedisUnavailable e) {
      throw new NotNow("Redis is away", PAUSE, e);
    }
  }

  private Outcome done(Notice notice, TaskContext task, Connection connection) throws SQLException {
    return insert(notice, "done", connection);
  }

  private Outcome cancelled(Notice notice, TaskContext task, Connection connection)
      throws SQLException {
    return insert(notice, "cancelled", connection);
  }

  private static Outcome insert(Notice notice, String end, Connection connection)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO fan_out_end (post, end) VALUES (?, ?)")) {
      insert.setLong(1, notice.post());
      insert.setString(2, end);
      insert.executeUpdate();
    }
    return Outcome.completed();
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments URL of RabbitMQ; URL, user and password of the database; URL of Redis;
   *     recipients of a chunk; {@link Standstill.At}; how often that passes
   */
  public static void main(String[] arguments) {
    Database database =
        Database.open(DatabaseOptions.of(arguments[1]).user(arguments[2]).password(arguments[3]));
    Standstill broker =
        new Standstill(
            RabbitBroker.open(RabbitOptions.of(arguments[0]).topology(TOPOLOGY)),
            CHUNKS_QUEUE,
            Standstill.At.valueOf(arguments[6]),
            Integer.parseInt(arguments[7]));
    DoomedFanOut fanOut =
        new DoomedFanOut(database.dataSource(), Redis.open(URI.create(arguments[4])));
    LongTaskKind<Notice> kind =
        fanOut.kind(
            FanOutOptions.DEFAULTS.chunk(Integer.parseInt(arguments[5])),
            (notice, recipients) -> {
              broker.reach(Standstill.At.WRITE);
              fanOut.write(notice, recipients);
              broker.reach(Standstill.At.WRITTEN);
            });
    fanOut.open(broker, kind, FanOutOptions.DEFAULTS.lanes()).start().awaitStopped();
  }
}
