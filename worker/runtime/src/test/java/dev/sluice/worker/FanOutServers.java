package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.redis.Redis;
import dev.sluice.worker.longtask.LongTasks;
import dev.sluice.worker.longtask.Progress;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.clients.jedis.CommandObject;

/**
 * RabbitMQ, a database with the recipients, and a Redis without entries, and the ledger of a {@link
 * DoomedFanOut} between them.
 */
final class FanOutServers implements BeforeEachCallback, AfterEachCallback {
  static final Duration PATIENCE = Duration.ofSeconds(120);
  static final long POST = 42;

  private static final DevServices SERVICES = DevServices.shared();
  private static final int LEDGER_PAGE = 10_000;

  private final int recipients;
  private final URI redisUrl;
  private @Nullable Database database;
  private @Nullable RabbitBroker broker;
  private @Nullable Producer producer;
  private @Nullable Redis redis;

  /**
   * @param recipients a power of ten
   */
  FanOutServers(int recipients) {
    // A database of Redis for itself: what is extra is seen, and gone afterwards.
    this(recipients, URI.create(SERVICES.redis().url() + "/5"));
  }

  FanOutServers(int recipients, URI redisUrl) {
    this.recipients = recipients;
    this.redisUrl = redisUrl;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    DatabaseService server = SERVICES.database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    try (Connection connection = database.dataSource().getConnection()) {
      NumberedRecipients.create(connection, recipients);
    }
    execute("DROP TABLE IF EXISTS fan_out_end");
    execute("CREATE TABLE fan_out_end (post BIGINT NOT NULL, end VARCHAR(20) NOT NULL)");
    execute("DELETE FROM sluice_long_task");
    execute("DELETE FROM sluice_long_task_lane");
    execute("DELETE FROM sluice_outbox");
    broker =
        RabbitBroker.open(
            RabbitOptions.of(SERVICES.rabbit().url()).topology(DoomedFanOut.TOPOLOGY));
    await().atMost(PATIENCE).until(() -> broker().health().connected());
    producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    redis = Redis.open(redisUrl);
    redis.call(jedis -> jedis.flushDB());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    redis().call(jedis -> jedis.flushDB());
    redis().close();
    Objects.requireNonNull(producer).close();
    broker().close();
    database().close();
  }

  Database database() {
    return Objects.requireNonNull(database);
  }

  RabbitBroker broker() {
    return Objects.requireNonNull(broker);
  }

  Redis redis() {
    return Objects.requireNonNull(redis);
  }

  /** What a process needs to reach them. */
  List<String> urls() {
    DatabaseService server = SERVICES.database();
    return List.of(
        SERVICES.rabbit().url(),
        server.jdbcUrl(),
        server.user(),
        server.password(),
        redisUrl.toString());
  }

  LongTasks longTasks() {
    return new LongTasks(
        database().dataSource(), Objects.requireNonNull(producer), InstantSource.system());
  }

  /** Enqueues the fan-out. */
  void start() {
    Objects.requireNonNull(producer).enqueue(DoomedFanOut.FAN_OUT, new DoomedFanOut.Notice(POST));
  }

  /** The one fan-out; null before it is planned. */
  @Nullable Progress progress() throws SQLException {
    List<String> ids = strings("SELECT id FROM sluice_long_task");
    return ids.isEmpty() ? null : longTasks().progress(ids.get(0)).orElseThrow();
  }

  /** Waits until every callback that comes has come. */
  void awaitEnd(String end) throws SQLException {
    await().atMost(PATIENCE).until(() -> ends().contains(end));
    await().atMost(PATIENCE).until(() -> strings("SELECT id FROM sluice_outbox").isEmpty());
    for (String queue : List.of(DoomedFanOut.QUEUE, DoomedFanOut.CHUNKS_QUEUE)) {
      String full = DoomedFanOut.TOPOLOGY.queue(queue);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  SERVICES
                      .rabbit()
                      .ctl("-q", "list_queues", "name", "messages")
                      .lines()
                      .anyMatch(line -> line.equals(full + "\t0")));
    }
    assertThat(ends()).containsExactly(end);
  }

  List<String> ends() throws SQLException {
    return strings("SELECT end FROM fan_out_end");
  }

  /** Each recipient has the entry and nothing else, and nobody else has anything. */
  void assertLedgerExact() {
    long wrong = 0;
    List<String> entry = List.of(Long.toString(POST));
    for (long from = 0; from < recipients; from += LEDGER_PAGE) {
      List<CommandObject<List<String>>> page =
          LongStream.range(from, Math.min(recipients, from + LEDGER_PAGE))
              .mapToObj(id -> Redis.COMMANDS.zrange(DoomedFanOut.ENTRIES + id, 0, -1))
              .toList();
      wrong += redis().run(page).stream().filter(found -> !found.equals(entry)).count();
    }
    assertThat(wrong).as("recipients without exactly the entry").isZero();
    assertThat(redis().<Long>call(jedis -> jedis.dbSize())).isEqualTo(recipients + 1L);
  }

  /** How often each chunk was begun. */
  List<Integer> chunks() {
    Map<String, String> counted = redis().call(jedis -> jedis.hgetAll(DoomedFanOut.CHUNKS));
    return counted.values().stream().map(Integer::valueOf).toList();
  }

  /** How many chunks were begun more than once. */
  long repeatedChunks() {
    return chunks().stream().filter(times -> times > 1).count();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = database().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  List<String> strings(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = database().dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      while (row.next()) {
        found.add(row.getString(1));
      }
    }
    return found;
  }
}
