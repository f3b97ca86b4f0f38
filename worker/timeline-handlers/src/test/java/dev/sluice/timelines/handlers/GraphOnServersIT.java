package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.redis.RedisConnections;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineKeys;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.topology.Topology;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** Two workers, a broker, a database and a Redis, all real: many users at once. */
class GraphOnServersIT {
  private static final int USERS = 300;
  private static final int POSTS = 120;
  private static final int CHANGES = 3000;

  /** Includes the repeats that come a minute after an unfollow and a cancelled fan-out. */
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  private final String namespace = "graph" + UUID.randomUUID().toString().substring(0, 8);
  private final TimelineKeys keys = new TimelineKeys(namespace);
  private final URI redisUrl = URI.create(DevServices.shared().redis().url());
  private final List<AutoCloseable> opened = new ArrayList<>();
  private GraphDatabase database;
  private Broker broker;
  private UnifiedJedis redis;

  @BeforeEach
  void open() throws Exception {
    database = new GraphDatabase();
    redis = RedisConnections.open(redisUrl);
    broker =
        RabbitBroker.open(
            RabbitOptions.of(DevServices.shared().rabbit().url())
                .topology(new Topology(namespace)));
    startWorker("one");
    startWorker("two");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    broker.close();
    redis.close();
    database.close();
  }

  @Test
  void hundreds_of_users_posting_deleting_and_following_end_up_as_the_model_says()
      throws Exception {
    List<Record> tasks =
        new RandomTasks(new Random(7), USERS, Instant.now()).shuffled(POSTS, CHANGES);
    GraphModel model = new GraphModel(tasks);

    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      for (Record task : tasks) {
        RandomTasks.enqueue(
            task,
            new RandomTasks.Enqueue() {
              @Override
              public <P extends Record> void enqueue(TaskType<P> type, P payload) {
                producer.enqueueAsync(type, payload);
              }
            });
      }
    }

    await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> check(model));
    assertThat(database.count("SELECT COUNT(*) FROM sluice_dead_task")).isZero();
  }

  private void check(GraphModel model) throws Exception {
    assertThat(entries(keys.everyone())).isEqualTo(model.everyone());
    for (long user : model.users()) {
      assertThat(entries(keys.profile(user)))
          .as("profile of %d", user)
          .isEqualTo(model.profile(user));
      assertThat(entries(keys.following(user)))
          .as("following of %d", user)
          .isEqualTo(model.following(user));
      assertThat(
              database.count(
                  "SELECT COALESCE(SUM(followers), 0) FROM sluice_user WHERE id = " + user))
          .isEqualTo(model.followers(user));
    }
    assertThat(database.miscounted()).isZero();
  }

  private List<Long> entries(String timeline) {
    List<Long> newestFirst =
        new ArrayList<>(redis.zrange(timeline, 0, -1).stream().map(Long::valueOf).toList());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  private void startWorker(String name) {
    TimelineHandlers timelines =
        TimelineHandlers.open(
            ReadingOptions.of(database.dataSource(), redisUrl)
                .withTimelines(TimelineOptions.DEFAULTS.withNamespace(namespace).withChunk(2)));
    Worker worker =
        Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database.dataSource())
                .node("sluice@" + name)
                .clock(InstantSource.system())
                .controlBus(false)
                .queue(TimelineTasks.POST_CREATED.queue(), QueueOptions.DEFAULTS.concurrency(4))
                .queue(TimelineTasks.FAN_OUT_QUEUE, QueueOptions.DEFAULTS.concurrency(2)));
    timelines.register(worker);
    worker.handle(TimelineTasks.POST_CREATED, timelines.postHandler());
    worker.start();
    opened.add(worker::stopNow);
    opened.add(timelines);
  }
}
