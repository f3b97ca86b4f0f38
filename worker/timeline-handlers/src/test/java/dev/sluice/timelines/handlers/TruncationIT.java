package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskIds;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineScan;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.params.SetParams;

/** The truncation of all timelines, on one server. */
class TruncationIT {
  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  private TimelineStore store;

  @BeforeEach
  void open() {
    store = new TimelineStore(fixture.sharedRedis(), fixture.options);
  }

  @Test
  void what_is_too_old_goes_and_nothing_else() throws Exception {
    Instant old = fixture.now().minus(Duration.ofDays(31));
    Instant young = fixture.now().minus(Duration.ofDays(29));
    List<String> both = List.of(fixture.keys.following(1), fixture.keys.everyone());
    store.add(both, PostIds.of(old, 0), old);
    store.add(both, PostIds.of(young, 0), young);
    store.add(List.of(fixture.keys.profile(1)), PostIds.of(old, 0), old);
    String foreign = fixture.namespace + ":ranking";
    fixture.redis().zadd(foreign, 1, "a");

    String run = truncate(TruncateTimelines.byAge());

    for (String timeline : both) {
      assertThat(fixture.oldestFirst(timeline))
          .containsExactly(Long.toString(PostIds.of(young, 0)));
    }
    assertThat(fixture.redis().exists(fixture.keys.profile(1))).isFalse();
    assertThat(fixture.redis().zcard(foreign)).isEqualTo(1);
    assertThat(fixture.redis().hgetAll(fixture.keys.truncation(run)))
        .containsOnly(Map.entry("timelines", "3"), Map.entry("removed", "3"));
    assertThat(fixture.redis().hgetAll(fixture.keys.truncation()))
        .containsOnly(Map.entry("runs", "1"), Map.entry("removed", "3"));
    String kind = TaskIds.child("sluice.truncate_all_timelines/all", 0).toString();
    assertThat(fixture.sluice.outcomes(TaskIds.child(kind, -1).toString()).get(0).detail())
        .contains("timelines=3", "removed=3", "seconds=0.0", "timelinesPerSecond=");
  }

  @Test
  void timelines_are_cut_to_a_smaller_cap_but_never_left_over_the_workers() {
    fill(fixture.keys.everyone());

    truncate(TruncateTimelines.byAge().withCap(1000));
    assertThat(fixture.redis().zcard(fixture.keys.everyone())).isEqualTo(TimelineFixture.CAP);
    truncate(TruncateTimelines.byAge().withCap(2));
    assertThat(fixture.redis().zcard(fixture.keys.everyone())).isEqualTo(2);
  }

  @Test
  void one_run_follows_the_other_and_each_starts_from_the_beginning() throws Exception {
    for (int round = 1; round <= 3; round++) {
      fill(fixture.keys.following(round));
      String run = truncate(TruncateTimelines.byAge().withCap(round));
      assertThat(fixture.redis().hget(fixture.keys.truncation(run), "timelines"))
          .isEqualTo(Integer.toString(round));
    }
    assertThat(fixture.redis().hget(fixture.keys.truncation(), "runs")).isEqualTo("3");
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_long_task")).isEqualTo(1);
  }

  @Test
  void while_one_goes_on_another_is_not_started() throws Exception {
    many(200);
    String first =
        fixture.sluice.enqueue(
            TimelineTasks.TRUNCATE, TruncateTimelines.byAge().withRatePerSecond(50));
    String second = fixture.sluice.enqueue(TimelineTasks.TRUNCATE, TruncateTimelines.byAge());
    fixture.sluice.advanceToEnd();

    assertThat(fixture.sluice.outcomes(first))
        .extracting(TaskOutcome::kind)
        .containsExactly(TaskOutcome.Kind.COMPLETED);
    assertThat(fixture.sluice.outcomes(second))
        .extracting(TaskOutcome::kind)
        .containsExactly(TaskOutcome.Kind.DISCARDED);
  }

  @Test
  void no_more_timelines_a_second_are_looked_at_than_the_message_says() {
    many(120);
    long start = System.nanoTime();

    String run = truncate(TruncateTimelines.byAge().withRatePerSecond(60));

    // The first step's are free; those of the last one are paid for by nobody.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
    assertThat(fixture.redis().hget(fixture.keys.truncation(run), "timelines")).isEqualTo("120");
  }

  @Test
  void the_rate_bounds_the_search_among_keys_that_are_no_timelines_too() {
    int keys = 3000;
    for (int i = 0; i < keys; i++) {
      fixture.redis().set(fixture.namespace + ":other:" + i, "x", new SetParams().ex(60));
    }
    TruncationSteps steps = new TruncationSteps(store, Duration.ofSeconds(1));
    TruncationRun run = new TruncationRun("r", 0, 10, 60, 0);
    Slice slice = steps.plan(run, null).lanes().get(0);
    long charged = 0;
    @Nullable String position = null;
    do {
      Step step = steps.step(run, new Slice(position, slice.upTo()));
      charged += step.units();
      position = step.position();
    } while (position != null);

    // A twentieth of them; a page of Redis may be a bit longer than it was asked for.
    assertThat(charged).isGreaterThan(keys / 20 * 2 / 3);
  }

  @Test
  void a_walk_goes_on_where_it_was_left_and_finds_every_timeline() {
    Set<String> all = new HashSet<>(many(300));
    Set<String> found = new HashSet<>();
    @Nullable String position = null;
    int pages = 0;
    do {
      // As by another process each time.
      TimelineScan scan = new TimelineStore(fixture.sharedRedis(), fixture.options).scan();
      TimelineScan.Page page = scan.next(scan.walks().get(0), position, 50);
      found.addAll(page.timelines());
      position = page.position();
      pages++;
    } while (position != null);

    assertThat(found).isEqualTo(all);
    assertThat(pages).isGreaterThan(2);
  }

  @Test
  void a_position_of_another_run_of_the_server_begins_anew() {
    many(300);
    TimelineScan scan = store.scan();
    String walk = scan.walks().get(0);
    TimelineScan.Page first = scan.next(walk, null, 50);
    String elsewhere = String.valueOf(first.position()).replaceAll("/\\w+ ", "/0123abc ");

    assertThat(elsewhere).isNotEqualTo(first.position());
    assertThat(scan.next(walk, elsewhere, 50)).isEqualTo(first);
    assertThat(scan.next(walk, first.position(), 50)).isNotEqualTo(first);
  }

  private String truncate(TruncateTimelines payload) {
    String id = fixture.sluice.enqueue(TimelineTasks.TRUNCATE, payload);
    fixture.sluice.drain();
    fixture.sluice.advanceToEnd();
    return id;
  }

  private void fill(String timeline) {
    for (int i = 0; i < TimelineFixture.CAP; i++) {
      store.add(List.of(timeline), PostIds.of(fixture.now().plusMillis(i), 0), fixture.now());
    }
  }

  private List<String> many(int users) {
    List<String> timelines =
        IntStream.range(0, users).mapToObj(user -> fixture.keys.following(user)).toList();
    store.add(timelines, PostIds.of(fixture.now(), 0), fixture.now());
    return timelines;
  }
}
