package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devservices.DevServices;
import dev.sluice.redis.Redis;
import dev.sluice.timelines.TimelineKeys;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** The audit must find what is wrong: a demo whose audit sees nothing proves nothing. */
class TimelineAuditIT {
  private static final TimelineKeys KEYS = new TimelineKeys("audit");

  private final FollowerGraph graph = GeneratedGraph.of(50, new Random(1));
  private final ExpectedTimelines expected =
      ExpectedTimelines.of(
          graph, PostPlan.of(graph, 40, PostPlanTest.NOW, new Random(1)), 20, KEYS);
  private final RedisClient redis = RedisClient.create(DevServices.shared().redis().url());

  @BeforeEach
  void write_what_is_expected() {
    redis.flushDB();
    expected
        .timelines()
        .forEach(
            (timeline, ids) -> {
              for (int place = 0; place < ids.count(); place++) {
                long post = ids.get(place);
                redis.zadd(timeline, post >>> 20, Long.toString(post));
              }
            });
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void timelines_as_they_must_be_are_clean() {
    TimelineAudit.Findings found = audit();

    assertThat(found.clean()).isTrue();
    assertThat(found.right()).isEqualTo(expected.entries());
  }

  @Test
  void a_missing_entry_is_found() {
    redis.zremrangeByRank(KEYS.everyone(), 0, 0);

    TimelineAudit.Findings found = audit();

    assertThat(found.missing()).isEqualTo(1);
    assertThat(found.right()).isEqualTo(expected.entries() - 1);
    assertThat(found.examples()).singleElement().asString().startsWith(KEYS.everyone());
  }

  @Test
  void an_entry_too_many_is_found() {
    redis.zadd(KEYS.everyone(), 1, "1000000000000000001");

    assertThat(audit().wrong()).isEqualTo(1);
  }

  @Test
  void an_entry_with_the_wrong_score_is_found() {
    String oldest = redis.zrange(KEYS.everyone(), 0, 0).get(0);
    redis.zincrby(KEYS.everyone(), -1, oldest);

    assertThat(audit().wrong()).isEqualTo(1);
  }

  @Test
  void a_timeline_that_should_not_exist_is_found() {
    redis.zadd(KEYS.following(4711), 1, "1000000000000000001");

    assertThat(audit().wrong()).isEqualTo(1);
    assertThat(audit().clean()).isFalse();
  }

  private TimelineAudit.Findings audit() {
    URI url = URI.create(DevServices.shared().redis().url());
    TimelineOptions options = TimelineOptions.DEFAULTS.withNamespace("audit");
    try (Redis shared = Redis.open(url)) {
      return TimelineAudit.run(shared, new TimelineStore(shared, options), expected);
    }
  }
}
