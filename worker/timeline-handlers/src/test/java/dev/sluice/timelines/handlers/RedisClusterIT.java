package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RedisClusterService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisMaster;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.EncodingCheck;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Timelines;
import dev.sluice.timelines.TruncateTimelines;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Timelines on a cluster, whose masters die and fill up. */
class RedisClusterIT {
  private static final DevServices SERVICES =
      DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
  private static final RedisClusterService CLUSTER = SERVICES.redisCluster();
  private static final long[] FOLLOWERS = LongStream.rangeClosed(100, 112).toArray();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension
  final TimelineFixture fixture =
      new TimelineFixture(TimelineOptions.DEFAULTS, URI.create(CLUSTER.url()));

  @AfterAll
  static void stop() {
    SERVICES.close();
  }

  @Test
  void a_post_reaches_the_timelines_on_every_master() throws Exception {
    fixture.follow(TimelineFixture.AUTHOR, FOLLOWERS);

    fixture.write(fixture.post(1));

    assertThatItIsEverywhere();
  }

  @Test
  void one_add_reaches_timelines_in_all_slots() {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    List<String> timelines =
        IntStream.range(0, 10_000).mapToObj(user -> fixture.keys.following(user)).toList();

    store.add(timelines, PostIds.of(fixture.now(), 0), fixture.now());

    assertThat(fixture.sharedRedis().run(timelines.stream().map(Redis.COMMANDS::zcard).toList()))
        .hasSize(10_000)
        .containsOnly(1L);
  }

  @Test
  void timelines_are_read_and_when_they_are_lost_rebuilt() throws Exception {
    fixture.follow(TimelineFixture.AUTHOR, FOLLOWERS);
    fixture.write(fixture.post(1));
    fixture.write(fixture.post(2));
    try (Timelines reader = Timelines.open(fixture.reading())) {
      for (int losses = 0; losses < 2; losses++) {
        for (long follower : FOLLOWERS) {
          assertThat(reader.following(follower, PageRequest.first(10)).posts())
              .extracting(Post::text)
              .containsExactly("post 2", "post 1");
        }
        assertThat(reader.everyone(PageRequest.first(10)).posts()).hasSize(2);
        fixture.sharedRedis().masters().forEach(master -> master.call(Redis.COMMANDS.flushAll()));
      }
    }
  }

  @Test
  void truncation_visits_every_master() throws Exception {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    Instant old = fixture.now().minus(Duration.ofDays(31));
    List<String> timelines =
        IntStream.range(0, 300).mapToObj(user -> fixture.keys.following(user)).toList();
    store.add(timelines, PostIds.of(old, 0), old);

    String run = fixture.sluice.enqueue(TimelineTasks.TRUNCATE, TruncateTimelines.byAge());
    fixture.sluice.drain();

    assertThat(fixture.redis().hgetAll(fixture.keys.truncation(run)))
        .containsOnly(Map.entry("timelines", "300"), Map.entry("removed", "300"));
    assertThat(fixture.count("SELECT lanes FROM sluice_long_task WHERE name LIKE '%truncate%'"))
        .as("one for each master")
        .isEqualTo(3);
    assertThat(timelines).noneMatch(timeline -> fixture.redis().exists(timeline));
  }

  @Test
  void a_truncation_begins_anew_with_the_replica_of_a_master_that_dies() throws Exception {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    Instant old = fixture.now().minus(Duration.ofDays(31));
    List<String> timelines =
        IntStream.range(0, 3000).mapToObj(user -> fixture.keys.following(user)).toList();
    store.add(timelines, PostIds.of(old, 0), old);
    String run =
        fixture.sluice.enqueue(
            TimelineTasks.TRUNCATE, TruncateTimelines.byAge().withRatePerSecond(500));
    String tally = fixture.keys.truncation(run);
    String survivor = owner(tally);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> fixture.redis().hget(tally, "timelines") != null);

    RedisMaster victim =
        fixture.sharedRedis().masters().stream()
            .filter(master -> !master.address().equals(survivor))
            .findFirst()
            .orElseThrow();
    CLUSTER.node(port(victim.address())).kill();
    Awaitility.await().atMost(PATIENCE).until(() -> fixture.sharedRedis().problem().isEmpty());
    fixture.sluice.advanceToEnd();

    assertThat(timelines).noneMatch(timeline -> fixture.redis().exists(timeline));
    assertThat(fixture.redis().hget(fixture.keys.truncation(), "runs")).isEqualTo("1");
    CLUSTER.heal();
  }

  @Test
  void one_master_that_keeps_too_little_in_the_compact_encoding_stops_the_start() {
    EncodingCheck.check(fixture.sharedRedis(), 120);
    RedisMaster one = fixture.sharedRedis().masters().get(1);
    configure(one.address(), "zset-max-listpack-entries", "100");
    try {
      assertThatThrownBy(() -> EncodingCheck.check(fixture.sharedRedis(), 120))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(one.address())
          .hasMessageContaining("entries 100");
    } finally {
      configure(one.address(), "zset-max-listpack-entries", "128");
    }
  }

  @Test
  void a_post_waits_while_a_master_is_away_and_goes_on_with_its_replica() throws Exception {
    fixture.follow(TimelineFixture.AUTHOR, FOLLOWERS);

    CLUSTER.node(port(owner(fixture.keys.everyone()))).kill();
    assertThat(fixture.write(fixture.post(1)))
        .extracting(TaskOutcome::kind)
        .containsOnly(TaskOutcome.Kind.SNOOZED);
    Awaitility.await().atMost(PATIENCE).until(() -> fixture.sharedRedis().problem().isEmpty());
    fixture.sluice.advance(Duration.ofMinutes(2));

    assertThatItIsEverywhere();
    CLUSTER.heal();
  }

  @Test
  void a_post_waits_while_one_master_is_full_and_costs_no_attempt() throws Exception {
    fixture.follow(TimelineFixture.AUTHOR, FOLLOWERS);
    String full = owner(fixture.keys.profile(TimelineFixture.AUTHOR));
    configure(full, "maxmemory", "1");
    try {
      assertThat(fixture.write(fixture.post(1)))
          .extracting(TaskOutcome::kind)
          .containsOnly(TaskOutcome.Kind.SNOOZED);
    } finally {
      configure(full, "maxmemory", "0");
    }
    fixture.sluice.advance(Duration.ofMinutes(2));

    assertThatItIsEverywhere();
  }

  private void assertThatItIsEverywhere() throws Exception {
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isEqualTo(1);
    assertThat(fixture.oldestFirst(fixture.keys.everyone())).hasSize(1);
    assertThat(fixture.oldestFirst(fixture.keys.profile(TimelineFixture.AUTHOR))).hasSize(1);
    for (long follower : FOLLOWERS) {
      assertThat(fixture.oldestFirst(fixture.keys.following(follower))).hasSize(1);
    }
  }

  /** The address of the master that holds a key: the others send elsewhere. */
  private String owner(String key) {
    return fixture.sharedRedis().masters().stream()
        .map(RedisMaster::address)
        .filter(address -> holds(address, key))
        .findAny()
        .orElseThrow();
  }

  private static boolean holds(String address, String key) {
    try (Jedis node = new Jedis("127.0.0.1", port(address))) {
      node.exists(key);
      return true;
    } catch (JedisMovedDataException elsewhere) {
      return false;
    }
  }

  private static void configure(String address, String setting, String value) {
    try (Jedis node = new Jedis("127.0.0.1", port(address))) {
      node.configSet(setting, value);
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }
}
