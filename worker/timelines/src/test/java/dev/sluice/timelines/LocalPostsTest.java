package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalPostsTest {
  private static final CachedPost POST =
      CachedPost.of(new Post(1, 7, Instant.EPOCH, "what it said"));

  private final AtomicLong nanos = new AtomicLong();
  private final LocalPosts local =
      new LocalPosts(1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(5), nanos::get);

  @Test
  void what_was_read_is_kept() {
    local.put(1, POST, local.stamp(1));

    assertThat(local.get(1)).isEqualTo(POST);
    assertThat(local.get(2)).isNull();
  }

  @Test
  void an_invalidation_removes_it() {
    local.put(1, POST, local.stamp(1));

    local.invalidate(1);

    assertThat(local.get(1)).isNull();
  }

  @Test
  void what_was_read_before_an_invalidation_and_comes_after_it_is_not_kept() {
    long stamp = local.stamp(1);

    local.invalidate(1);
    local.put(1, POST, stamp);

    assertThat(local.get(1)).isNull();
  }

  @Test
  void what_was_read_before_everything_was_forgotten_is_not_kept() {
    long stamp = local.stamp(1);

    local.clear();
    local.put(1, POST, stamp);

    assertThat(local.get(1)).isNull();
  }

  @Test
  void a_late_reader_does_not_remove_what_another_has_brought_since() {
    long stamp = local.stamp(1);
    local.invalidate(1);
    CachedPost newer = CachedPost.DELETED;
    local.put(1, newer, local.stamp(1));

    local.put(1, POST, stamp);

    assertThat(local.get(1)).isEqualTo(newer);
  }

  @Test
  void a_post_is_kept_longer_than_that_there_is_none() {
    local.put(1, POST, local.stamp(1));
    local.put(2, CachedPost.MISSING, local.stamp(2));

    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(local.get(1)).isEqualTo(POST);
    assertThat(local.get(2)).isNull();

    nanos.addAndGet(Duration.ofSeconds(25).toNanos());
    assertThat(local.get(1)).isNull();
  }
}
