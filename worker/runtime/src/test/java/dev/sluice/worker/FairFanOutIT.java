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
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.fanout.Recipients;
import dev.sluice.worker.longtask.LongTaskKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Small fan-outs beside one to seven million, on RabbitMQ. */
class FairFanOutIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long MILLIONS = 7_000_000;
  private static final int ROUNDS = 7;

  /** What a chunk of the large one takes, so that it is at work all the time. */
  private static final Duration CHUNK_TIME = Duration.ofMillis(50);

  record Post(long id, long followers) {}

  private final Topology topology =
      new Topology("fair-" + UUID.randomUUID().toString().substring(0, 8));
  private final TaskType<Post> posted = TaskType.of("fair.posted", Post.class).queue("posts");
  private final ConcurrentMap<Long, CountDownLatch> small = new ConcurrentHashMap<>();
  private final AtomicInteger largeChunks = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);
  private Database database;
  private RabbitBroker broker;
  private Producer producer;
  private Worker worker;

  @BeforeEach
  void start() {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    broker =
        RabbitBroker.open(RabbitOptions.of(DevServices.shared().rabbit().url()).topology(topology));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
    producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    worker =
        Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database.dataSource())
                .controlBus(false)
                .queue("posts")
                // Fewer than the large one has lanes: there is always a backlog.
                .queue("fanout", QueueOptions.DEFAULTS.concurrency(2)));
    LongTaskKind<Post> kind =
        FanOut.of(
            posted,
            database.dataSource(),
            new Generated(),
            this::write,
            FanOutOptions.DEFAULTS,
            InstantSource.system());
    kind.register(worker, database.dataSource());
    worker.start();
  }

  @AfterEach
  void close() throws SQLException {
    worker.stopNow();
    producer.close();
    broker.close();
    // The large one would go on wherever its continuations are delivered.
    try (Connection connection = database.dataSource().getConnection();
        Statement delete = connection.createStatement()) {
      delete.execute("DELETE FROM sluice_long_task_lane");
      delete.execute("DELETE FROM sluice_long_task");
      delete.execute("DELETE FROM sluice_outbox");
    }
    database.close();
  }

  @Test
  void a_post_to_500_followers_is_delivered_within_a_second() throws Exception {
    startTheLargeOne();
    List<Long> millis = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      millis.add(millisUntilDelivered(new Post(round, 500), 500));
    }

    assertThat(median(millis)).as("of %s ms", millis).isLessThan(1_000);
    assertTheLargeOneGoesOn();
  }

  @Test
  void a_post_of_five_chunks_waits_for_a_few_of_the_large_one_and_no_more() throws Exception {
    startTheLargeOne();
    int before = largeChunks.get();
    long millis = millisUntilDelivered(new Post(1, 5_000), 5_000);
    int meanwhile = largeChunks.get() - before;

    // Four messages of each wait in turn: about as many chunks of the large one as of its own.
    assertThat(meanwhile).as("in %s ms", millis).isLessThan(40);
    assertTheLargeOneGoesOn();
  }

  private void startTheLargeOne() {
    producer.enqueue(posted, new Post(0, MILLIONS));
    await().atMost(PATIENCE).until(() -> largeChunks.get() > 4);
  }

  private void assertTheLargeOneGoesOn() {
    int now = largeChunks.get();
    assertThat((long) now * FanOutOptions.DEFAULTS.chunk()).isLessThan(MILLIONS);
    await().atMost(PATIENCE).until(() -> largeChunks.get() > now + 4);
  }

  private long millisUntilDelivered(Post post, int followers) throws Exception {
    CountDownLatch open = new CountDownLatch(followers);
    small.put(post.id(), open);
    long start = System.nanoTime();
    producer.enqueue(posted, post);
    assertThat(open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  private void write(Post post, List<Long> followers) throws InterruptedException {
    CountDownLatch open = small.get(post.id());
    if (open == null) {
      never.await(CHUNK_TIME.toMillis(), TimeUnit.MILLISECONDS);
      largeChunks.incrementAndGet();
    } else {
      followers.forEach(follower -> open.countDown());
    }
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  /** Followers from 1, of which no table has to be filled. */
  private static final class Generated implements Recipients<Post> {
    @Override
    public List<Long> page(
        Connection connection, Post post, int tier, long after, long upTo, int limit) {
      long from = Math.max(1, after + 1);
      long to = Math.min(upTo, post.followers());
      return LongStream.rangeClosed(from, to).limit(limit).boxed().toList();
    }

    @Override
    public long[] range(Connection connection, Post post) {
      return new long[] {1, post.followers()};
    }

    @Override
    public Long count(Connection connection, Post post) {
      return post.followers();
    }
  }
}
