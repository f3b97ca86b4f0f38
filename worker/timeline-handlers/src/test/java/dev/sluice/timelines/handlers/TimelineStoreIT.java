package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.EncodingCheck;
import dev.sluice.timelines.Entry;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.TruncateTimelines;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.exceptions.JedisDataException;

class TimelineStoreIT {

  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  @Test
  void a_full_timeline_keeps_the_compact_encoding() {
    TimelineStore store =
        new TimelineStore(fixture.sharedRedis(), TimelineOptions.DEFAULTS.withNamespace("full"));
    String timeline = store.keys().following(1);
    fixture.redis().del(timeline);

    for (int i = 0; i < 300; i++) {
      store.add(
          List.of(timeline),
          PostIds.of(fixture.now().plusMillis(i), 0),
          fixture.now().plusMillis(i));
    }

    assertThat(fixture.redis().zcard(timeline)).isEqualTo(120);
    assertThat(fixture.redis().objectEncoding(timeline)).isIn("listpack", "ziplist");
  }

  @Test
  void a_timeline_that_nobody_is_written_to_expires() {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    String timeline = fixture.keys.following(1);

    store.add(List.of(timeline), PostIds.of(fixture.now(), 0), fixture.now());

    assertThat(fixture.redis().ttl(timeline))
        .isBetween(Duration.ofDays(31).toSeconds() - 60, Duration.ofDays(31).toSeconds());
  }

  @Test
  void posts_of_one_millisecond_are_ordered_by_id() {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    String timeline = fixture.keys.following(1);
    for (int sequence : new int[] {9, 100, 10, 1}) {
      store.add(List.of(timeline), PostIds.of(fixture.now(), sequence), fixture.now());
    }

    assertThat(store.page(timeline, null, 10).stream().map(Entry::post).toList())
        .containsExactly(
            PostIds.of(fixture.now(), 100),
            PostIds.of(fixture.now(), 10),
            PostIds.of(fixture.now(), 9),
            PostIds.of(fixture.now(), 1));
  }

  @Test
  void more_timelines_than_one_flush_holds_are_all_written() {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    List<String> timelines =
        IntStream.range(0, 777).mapToObj(user -> fixture.keys.following(user)).toList();

    store.add(timelines, PostIds.of(fixture.now(), 0), fixture.now());

    assertThat(timelines).allMatch(timeline -> fixture.redis().zcard(timeline) == 1);
  }

  @Test
  void a_key_of_another_kind_is_an_error_and_no_outage() {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    fixture.redis().set(fixture.keys.following(2), "not a timeline");
    List<String> timelines = List.of(fixture.keys.following(1), fixture.keys.following(2));

    assertThatThrownBy(() -> store.add(timelines, PostIds.of(fixture.now(), 0), fixture.now()))
        .isInstanceOf(JedisDataException.class)
        .hasMessageStartingWith("WRONGTYPE");
  }

  @Test
  void truncation_removes_what_is_too_old_and_nothing_else() throws Exception {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    Instant old = fixture.now().minus(Duration.ofDays(31));
    Instant young = fixture.now().minus(Duration.ofDays(29));
    List<String> both = List.of(fixture.keys.following(1), fixture.keys.everyone());
    store.add(both, PostIds.of(old, 0), old);
    store.add(both, PostIds.of(young, 0), young);
    store.add(List.of(fixture.keys.profile(1)), PostIds.of(old, 0), old);
    String foreign = fixture.namespace + ":ranking";
    fixture.redis().zadd(foreign, 1, "a");

    List<TaskOutcome> outcomes = fixture.handle(TimelineTasks.TRUNCATE, TruncateTimelines.byAge());

    assertThat(outcomes)
        .extracting(TaskOutcome::detail)
        .containsExactly(new TruncationHandler.Truncated(3, 3).toString());
    for (String timeline : both) {
      assertThat(fixture.oldestFirst(timeline))
          .containsExactly(Long.toString(PostIds.of(young, 0)));
    }
    assertThat(fixture.redis().exists(fixture.keys.profile(1))).isFalse();
    assertThat(fixture.redis().zcard(foreign)).isEqualTo(1);
    assertThat(fixture.redis().hget(fixture.keys.truncation(), "removed")).isEqualTo("3");
  }

  @Test
  void truncation_trims_timelines_to_a_smaller_cap() throws Exception {
    TimelineStore store = new TimelineStore(fixture.sharedRedis(), fixture.options);
    for (int i = 0; i < TimelineFixture.CAP; i++) {
      store.add(
          List.of(fixture.keys.everyone()),
          PostIds.of(fixture.now().plusMillis(i), 0),
          fixture.now());
    }

    fixture.handle(TimelineTasks.TRUNCATE, new TruncateTimelines(30, 2));

    assertThat(fixture.redis().zcard(fixture.keys.everyone())).isEqualTo(2);
  }

  @Test
  void a_cap_that_does_not_fit_the_compact_encoding_stops_the_start() {
    EncodingCheck.check(fixture.sharedRedis(), 127);

    assertThatThrownBy(() -> EncodingCheck.check(fixture.sharedRedis(), 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-entries 128")
        .hasMessageContaining("timelines.cap to at most 127");
  }
}
