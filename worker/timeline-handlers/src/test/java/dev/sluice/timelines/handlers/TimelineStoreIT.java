package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.timelines.EncodingCheck;
import dev.sluice.timelines.Entry;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import java.time.Duration;
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
  void a_cap_that_does_not_fit_the_compact_encoding_stops_the_start() {
    EncodingCheck.check(fixture.sharedRedis(), 127);

    assertThatThrownBy(() -> EncodingCheck.check(fixture.sharedRedis(), 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-entries 128")
        .hasMessageContaining("timelines.cap to at most 127");
  }
}
