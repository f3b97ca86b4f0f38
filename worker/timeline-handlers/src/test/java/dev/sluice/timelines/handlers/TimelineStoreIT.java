package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.timelines.EncodingCheck;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.worker.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisDataException;

class TimelineStoreIT {
  private static final Instant NOW = TimelineFixture.NOW;

  private TimelineFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = new TimelineFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void a_full_timeline_keeps_the_compact_encoding() {
    TimelineStore store =
        new TimelineStore(fixture.redis, TimelineOptions.DEFAULTS.withNamespace("full"));
    String timeline = store.keys().following(1);
    fixture.redis.del(timeline);

    for (int i = 0; i < 300; i++) {
      store.add(List.of(timeline), PostIds.of(NOW.plusMillis(i), 0), NOW.plusMillis(i));
    }

    assertThat(fixture.redis.zcard(timeline)).isEqualTo(120);
    assertThat(fixture.redis.objectEncoding(timeline)).isIn("listpack", "ziplist");
  }

  @Test
  void a_timeline_that_nobody_is_written_to_expires() {
    TimelineStore store = new TimelineStore(fixture.redis, fixture.options);
    String timeline = fixture.keys.following(1);

    store.add(List.of(timeline), PostIds.of(NOW, 0), NOW);

    assertThat(fixture.redis.ttl(timeline))
        .isBetween(Duration.ofDays(31).toSeconds() - 60, Duration.ofDays(31).toSeconds());
  }

  @Test
  void posts_of_one_millisecond_are_ordered_by_id() {
    TimelineStore store = new TimelineStore(fixture.redis, fixture.options);
    String timeline = fixture.keys.following(1);
    for (int sequence : new int[] {9, 100, 10, 1}) {
      store.add(List.of(timeline), PostIds.of(NOW, sequence), NOW);
    }

    assertThat(store.newest(timeline, 10))
        .containsExactly(
            PostIds.of(NOW, 100), PostIds.of(NOW, 10), PostIds.of(NOW, 9), PostIds.of(NOW, 1));
  }

  @Test
  void more_timelines_than_one_flush_holds_are_all_written() {
    TimelineStore store = new TimelineStore(fixture.redis, fixture.options);
    List<String> timelines =
        IntStream.range(0, 777).mapToObj(user -> fixture.keys.following(user)).toList();

    store.add(timelines, PostIds.of(NOW, 0), NOW);

    assertThat(timelines).allMatch(timeline -> fixture.redis.zcard(timeline) == 1);
  }

  @Test
  void a_key_of_another_kind_is_an_error_and_no_outage() {
    TimelineStore store = new TimelineStore(fixture.redis, fixture.options);
    fixture.redis.set(fixture.keys.following(2), "not a timeline");
    List<String> timelines = List.of(fixture.keys.following(1), fixture.keys.following(2));

    assertThatThrownBy(() -> store.add(timelines, PostIds.of(NOW, 0), NOW))
        .isInstanceOf(JedisDataException.class)
        .hasMessageStartingWith("WRONGTYPE");
  }

  @Test
  void truncation_removes_what_is_too_old_and_nothing_else() throws Exception {
    TimelineStore store = new TimelineStore(fixture.redis, fixture.options);
    Instant old = NOW.minus(Duration.ofDays(31));
    Instant young = NOW.minus(Duration.ofDays(29));
    List<String> both = List.of(fixture.keys.following(1), fixture.keys.everyone());
    store.add(both, PostIds.of(old, 0), old);
    store.add(both, PostIds.of(young, 0), young);
    store.add(List.of(fixture.keys.profile(1)), PostIds.of(old, 0), old);
    String foreign = fixture.namespace + ":ranking";
    fixture.redis.zadd(foreign, 1, "a");

    Outcome outcome = truncate(TruncateTimelines.byAge());

    assertThat(outcome).isEqualTo(Outcome.completed(new TruncationHandler.Truncated(3, 3)));
    for (String timeline : both) {
      assertThat(fixture.oldestFirst(timeline))
          .containsExactly(Long.toString(PostIds.of(young, 0)));
    }
    assertThat(fixture.redis.exists(fixture.keys.profile(1))).isFalse();
    assertThat(fixture.redis.zcard(foreign)).isEqualTo(1);
    assertThat(fixture.redis.hget(fixture.keys.truncation(), "removed")).isEqualTo("3");
  }

  @Test
  void truncation_trims_timelines_to_a_smaller_cap() throws Exception {
    TimelineStore store = new TimelineStore(fixture.redis, fixture.options);
    for (int i = 0; i < TimelineFixture.CAP; i++) {
      store.add(List.of(fixture.keys.everyone()), PostIds.of(NOW.plusMillis(i), 0), NOW);
    }

    truncate(new TruncateTimelines(30, 2));

    assertThat(fixture.redis.zcard(fixture.keys.everyone())).isEqualTo(2);
  }

  @Test
  void truncation_ends_early_when_the_worker_stops() throws Exception {
    fixture.task.stopRequested = true;

    assertThat(truncate(TruncateTimelines.byAge())).isInstanceOf(Outcome.Snooze.class);
  }

  @Test
  void a_cap_that_does_not_fit_the_compact_encoding_stops_the_start() {
    EncodingCheck.check(fixture.redis, 127);

    assertThatThrownBy(() -> EncodingCheck.check(fixture.redis, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-entries 128")
        .hasMessageContaining("timelines.cap to at most 127");
  }

  private Outcome truncate(TruncateTimelines payload) throws Exception {
    return fixture.timelines.truncationHandler().handle(payload, fixture.task);
  }
}
