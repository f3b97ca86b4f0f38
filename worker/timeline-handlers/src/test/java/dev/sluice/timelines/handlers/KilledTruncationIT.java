package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.redis.Redis;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineKeys;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.topology.Topology;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A truncation on a Redis Cluster whose worker is killed with SIGKILL on the way. */
class KilledTruncationIT {
  private static final int TIMELINES = 3000;
  private static final int RATE = 400;
  private static final int LOOKED_AT_WHEN_KILLED = 1800;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String namespace = "killed" + UUID.randomUUID().toString().substring(0, 8);
  private final TimelineKeys keys = new TimelineKeys(namespace);
  private final DevServices own = DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
  private final URI redisUrl = URI.create(own.redisCluster().url());
  private final Redis redis = Redis.open(redisUrl);
  private @TempDir Path folder;
  private GraphDatabase database;
  private Broker broker;
  private Process worker;

  @BeforeEach
  void open() throws Exception {
    database = new GraphDatabase();
    broker =
        RabbitBroker.open(
            RabbitOptions.of(DevServices.shared().rabbit().url())
                .topology(new Topology(namespace)));
  }

  @AfterEach
  void close() throws Exception {
    worker.destroyForcibly().waitFor();
    broker.close();
    redis.close();
    own.close();
    database.close();
  }

  @Test
  void it_goes_on_where_it_was_and_cuts_every_timeline() throws Exception {
    Instant now = Instant.now();
    Instant old = now.minus(Duration.ofDays(31));
    List<String> timelines =
        IntStream.range(0, TIMELINES).mapToObj(user -> keys.following(user)).toList();
    TimelineStore store =
        new TimelineStore(redis, TimelineOptions.DEFAULTS.withNamespace(namespace));
    store.add(timelines, PostIds.of(old, 0), old);
    store.add(timelines, PostIds.of(now, 0), now);
    worker = startWorker();
    String run = enqueue();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(tally(run)).as(log()).isGreaterThan(LOOKED_AT_WHEN_KILLED));
    worker.destroyForcibly().waitFor();
    long before = tally(run);
    assertThat(before).as("looked at when it was killed").isLessThan(TIMELINES);

    worker = startWorker();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(hash(keys.truncation(), "runs")).as(log()).isEqualTo("1"));

    assertThat(redis.run(timelines.stream().map(Redis.COMMANDS::zcard).toList())).containsOnly(1L);
    // From the start again would be as many as before, and all.
    assertThat(tally(run)).isBetween((long) TIMELINES, TIMELINES + before - RATE);
    assertThat(database.count("SELECT lanes FROM sluice_long_task WHERE ended_at IS NOT NULL"))
        .isEqualTo(3);
  }

  private String enqueue() {
    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      return producer
          .enqueue(TimelineTasks.TRUNCATE, TruncateTimelines.byAge().withRatePerSecond(RATE))
          .taskId();
    }
  }

  private long tally(String run) {
    String timelines = hash(keys.truncation(run), "timelines");
    return timelines == null ? 0 : Long.parseLong(timelines);
  }

  private String hash(String key, String field) {
    return redis.run(List.of(Redis.COMMANDS.hget(key, field))).get(0);
  }

  private Process startWorker() throws Exception {
    DatabaseService server = DevServices.shared().database();
    return TruncatingWorker.start(
        folder.resolve("worker.log").toFile(),
        List.of(
            DevServices.shared().rabbit().url(),
            namespace,
            server.jdbcUrl(),
            server.user(),
            server.password(),
            redisUrl.toString()));
  }

  private String log() throws Exception {
    return Files.readString(folder.resolve("worker.log"));
  }
}
