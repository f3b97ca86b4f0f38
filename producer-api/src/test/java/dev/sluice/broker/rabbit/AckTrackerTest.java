package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AckTrackerTest {
  private static final long MILLI = 1_000_000;
  private final List<String> sent = new ArrayList<>();

  /** Deliver 1 to 6; r = ready, s = settled singly, . = pending; then one flush. */
  @ParameterizedTest
  @CsvSource({
    "......, ''",
    "r....., 1+",
    "rrr..., 3+",
    "rrs..., 2+",
    "rss..., 1+",
    "sss..., ''",
    "ssr..., 3+",
    ".rr..., ''",
    "r.r..., 1+",
    "srsr.., 4+",
    "rrrrrr, 6+",
    "rrrrrs, 5+",
  })
  void acknowledges_up_to_the_last_ready_tag_below_the_first_pending(String tags, String acks)
      throws IOException {
    AckTracker tracker = tracker(100, tags);
    tracker.flush(0, this::record);
    assertThat(String.join(" ", sent)).isEqualTo(acks);
  }

  @Test
  void ready_tags_behind_a_hole_are_acknowledged_singly_after_20_milliseconds() throws IOException {
    AckTracker tracker = tracker(100, ".rsr.r");
    tracker.flush(0, this::record);
    tracker.flush(19 * MILLI, this::record);
    assertThat(sent).isEmpty();
    tracker.flush(20 * MILLI, this::record);
    assertThat(sent).containsExactly("2", "4", "6");
    tracker.ready(1);
    tracker.ready(5);
    tracker.flush(21 * MILLI, this::record);
    // 6 is settled already: as a bound it would close the channel.
    assertThat(sent).containsExactly("2", "4", "6", "5+");
  }

  @Test
  void a_quarter_of_the_prefetch_behind_a_hole_does_not_wait() throws IOException {
    AckTracker tracker = tracker(12, ".rr");
    tracker.flush(0, this::record);
    assertThat(sent).isEmpty();
    tracker.delivered(4);
    tracker.ready(4);
    tracker.flush(1, this::record);
    assertThat(sent).containsExactly("2", "3", "4");
  }

  @Test
  void every_fiftieth_ready_tag_asks_to_be_acknowledged_now() {
    AckTracker tracker = new AckTracker(200);
    for (int tag = 1; tag <= 100; tag++) {
      tracker.delivered(tag);
      assertThat(tracker.ready(tag)).isEqualTo(tag % 50 == 0);
    }
  }

  @Test
  void with_a_small_prefetch_half_of_it_is_enough() {
    AckTracker tracker = new AckTracker(4);
    tracker.delivered(1);
    tracker.delivered(2);
    assertThat(tracker.ready(1)).isFalse();
    assertThat(tracker.ready(2)).isTrue();
  }

  @Test
  void before_the_channel_is_closed_everything_ready_is_acknowledged() throws IOException {
    AckTracker tracker = tracker(100, "r.r.rs");
    tracker.flushAll(this::record);
    assertThat(sent).containsExactly("1+", "3", "5");
    assertThat(tracker.waiting()).isFalse();
  }

  @Test
  void a_tag_that_is_not_pending_cannot_be_settled() {
    AckTracker tracker = tracker(100, "rs.");
    for (long tag : new long[] {0, 1, 2, 4, -1}) {
      assertThatThrownBy(() -> tracker.ready(tag)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> tracker.settled(tag)).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> tracker.delivered(5)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Against a broker that closes the channel for a tag that is unknown to it (406). */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 16, 100, 1000})
  void whatever_the_order_the_broker_never_gets_a_wrong_tag(int prefetch) throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      TreeSet<Long> unacked = new TreeSet<>();
      TreeSet<Long> pending = new TreeSet<>();
      AckTracker.Sink broker =
          (tag, multiple) -> {
            assertThat(tag).isPositive();
            assertThat(unacked).as("acknowledged only once").contains(tag);
            assertThat(pending).as("acknowledged only when ready").doesNotContain(tag);
            if (multiple) {
              assertThat(pending.headSet(tag)).as("nothing pending below").isEmpty();
              unacked.headSet(tag, true).clear();
            } else {
              unacked.remove(tag);
            }
          };
      AckTracker tracker = new AckTracker(prefetch);
      long now = 0;
      long last = 0;
      for (int step = 0; step < 3000; step++) {
        now += random.nextInt(3) * MILLI;
        int what = random.nextInt(10);
        if (what < 5 && unacked.size() < prefetch) {
          tracker.delivered(++last);
          unacked.add(last);
          pending.add(last);
        } else if (what < 8 && !pending.isEmpty()) {
          long tag = any(pending, random);
          pending.remove(tag);
          if (tracker.ready(tag)) {
            tracker.flush(now, broker);
          }
        } else if (what == 8 && !pending.isEmpty()) {
          long tag = any(pending, random);
          pending.remove(tag);
          tracker.settled(tag);
          unacked.remove(tag);
        } else {
          tracker.flush(now, broker);
        }
      }
      tracker.flush(now, broker);
      tracker.flush(now + AckTracker.HOLE_NANOS, broker);
      assertThat(unacked).as("everything ready was acknowledged").isEqualTo(pending);
      assertThat(tracker.waiting()).isFalse();
    }
  }

  private static long any(TreeSet<Long> tags, Random random) {
    // The oldest seldom: that is what makes holes.
    Long from = tags.ceiling(tags.first() + random.nextInt((int) (tags.last() - tags.first()) + 1));
    return from == null ? tags.last() : from;
  }

  private AckTracker tracker(int prefetch, String tags) {
    AckTracker tracker = new AckTracker(prefetch);
    for (int i = 0; i < tags.length(); i++) {
      tracker.delivered(i + 1);
    }
    for (int i = 0; i < tags.length(); i++) {
      if (tags.charAt(i) == 'r') {
        tracker.ready(i + 1);
      } else if (tags.charAt(i) == 's') {
        tracker.settled(i + 1);
      }
    }
    return tracker;
  }

  private void record(long tag, boolean multiple) {
    sent.add(tag + (multiple ? "+" : ""));
  }
}
