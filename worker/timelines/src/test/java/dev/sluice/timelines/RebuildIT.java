package dev.sluice.timelines;

import static dev.sluice.timelines.ReadingFixture.CAP;
import static dev.sluice.timelines.ReadingFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.params.SetParams;

/** Timelines that Redis has lost, or never had. */
class RebuildIT {
  private static final long USER = 1;
  private static final PageRequest ALL = PageRequest.first(200);

  @RegisterExtension final ReadingFixture fixture = new ReadingFixture();

  @Test
  void a_timeline_that_redis_lost_is_rebuilt_when_it_is_read() throws Exception {
    Post first = fixture.post(7, 1);
    Post second = fixture.post(8, 2);
    Post deleted = fixture.post(8, 3);
    Post unfollowed = fixture.post(9, 4);
    Post strange = fixture.post(10, 5);
    fixture.insert(first, second, deleted, unfollowed, strange);
    fixture.delete(deleted.id());
    fixture.follow(USER, 7, 8, 9);
    fixture.unfollow(USER, 9);
    Timelines timelines = fixture.open();

    for (int losses = 0; losses < 2; losses++) {
      assertThat(timelines.following(USER, ALL).posts()).containsExactly(first, second);
      assertThat(timelines.profile(8, ALL).posts()).containsExactly(second);
      assertThat(timelines.everyone(ALL).posts())
          .containsExactly(first, second, unfollowed, strange);
      fixture.loseRedis();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 24 * 3, 24 * 20, 24 * 400})
  void it_looks_back_until_the_timeline_is_full(int hours) throws Exception {
    List<Post> posts = new ArrayList<>();
    for (int i = 0; i < CAP + 5; i++) {
      posts.add(fixture.post(7, Duration.ofHours(hours).plusMinutes(i), 0));
    }
    fixture.insert(posts.toArray(Post[]::new));
    fixture.follow(USER, 7);

    Timelines timelines = fixture.open();

    assertThat(timelines.following(USER, ALL).posts()).isEqualTo(posts.subList(0, CAP));
    assertThat(fixture.redis.zcard(fixture.keys.following(USER))).isEqualTo(CAP);
    assertThat(fixture.redis.objectEncoding(fixture.keys.following(USER)))
        .isIn("listpack", "ziplist");
  }

  @Test
  void it_is_rebuilt_once_however_many_read_it() throws Exception {
    fixture.insert(fixture.post(7, 1));
    fixture.follow(USER, 7);
    Timelines timelines = fixture.open();
    int threads = 30;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch start = new CountDownLatch(1);
    try {
      List<CompletableFuture<Page>> pages = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        pages.add(CompletableFuture.supplyAsync(() -> readAfter(start, timelines), pool));
      }
      fixture.database.statements();
      start.countDown();
      for (CompletableFuture<Page> page : pages) {
        assertThat(page.join().posts()).hasSize(1);
      }
    } finally {
      pool.shutdownNow();
    }

    // The rebuild's four looks and one comparison; the others read posts, merged authors at most.
    assertThat(fixture.database.statementsLike("sluice_follow f JOIN sluice_post")).isEqualTo(5);
  }

  @Test
  void a_complete_timeline_costs_the_database_nothing() throws Exception {
    fixture.insert(fixture.post(7, 1));
    fixture.follow(USER, 7);
    Timelines timelines = fixture.open();
    timelines.following(USER, ALL);
    fixture.database.statements();

    timelines.following(USER, ALL);

    assertThat(fixture.database.statements()).isZero();
  }

  @Test
  void who_follows_nobody_is_not_rebuilt_at_every_look() throws Exception {
    Timelines timelines = fixture.open();
    timelines.following(USER, ALL);
    fixture.database.statements();

    timelines.following(USER, ALL);

    assertThat(fixture.database.statements()).isZero();
  }

  @Test
  void a_rebuild_that_was_broken_off_is_begun_anew() throws Exception {
    Post post = fixture.post(7, 1);
    fixture.insert(post);
    fixture.follow(USER, 7);
    // What a process that died in the middle has left.
    fixture.redis.set(fixture.keys.kept(USER), "1", SetParams.setParams().ex(600));

    assertThat(fixture.open().following(USER, ALL).posts()).containsExactly(post);
  }

  @Test
  void an_unfollow_during_the_rebuild_leaves_nothing_of_its_author() throws Exception {
    Post gone = fixture.post(7, 1);
    Post stays = fixture.post(8, 2);
    fixture.insert(gone, stays);
    fixture.follow(USER, 7, 8);
    Timelines timelines = fixture.open();
    fixture.database.afterNextRead(
        () -> {
          fixture.unfollow(USER, 7);
          timelines.store().remove(fixture.keys.following(USER), List.of(gone.id()));
        });

    assertThat(timelines.following(USER, ALL).posts()).containsExactly(stays);

    assertThat(fixture.redis.zrange(fixture.keys.following(USER), 0, -1))
        .containsExactly(Long.toString(stays.id()));
  }

  @Test
  void a_deletion_during_the_rebuild_leaves_no_entry() throws Exception {
    Post gone = fixture.post(7, 1);
    Post stays = fixture.post(7, 2);
    fixture.insert(gone, stays);
    Timelines timelines = fixture.open();
    fixture.database.afterNextRead(
        () -> {
          timelines.posts().deleted(gone.id());
          fixture.delete(gone.id());
          timelines.store().remove(fixture.keys.profile(7), List.of(gone.id()));
        });

    assertThat(timelines.profile(7, ALL).posts()).containsExactly(stays);

    assertThat(fixture.redis.zcard(fixture.keys.profile(7))).isEqualTo(1);
  }

  @Test
  void a_redis_that_is_lost_during_the_rebuild_is_noticed() throws Exception {
    Post post = fixture.post(7, 1);
    fixture.insert(post);
    Timelines timelines = fixture.open();
    // The second read, that of the comparison, comes after the entries were written.
    fixture.database.afterNextRead(() -> fixture.database.afterNextRead(fixture::loseRedis));

    assertThat(ids(timelines.profile(7, ALL))).containsExactly(post.id());

    assertThat(fixture.redis.zcard(fixture.keys.profile(7))).isEqualTo(1);
  }

  @Test
  void what_a_fan_out_adds_during_the_rebuild_stays() throws Exception {
    Post old = fixture.post(7, 2);
    Post fresh = fixture.post(7, 1);
    fixture.insert(old);
    fixture.follow(USER, 7);
    Timelines timelines = fixture.open();
    fixture.database.afterNextRead(
        () -> {
          fixture.insert(fresh);
          assertThat(timelines.store().kept(List.of(USER))).containsExactly(USER);
          timelines
              .store()
              .add(List.of(fixture.keys.following(USER)), fresh.id(), fresh.createdAt());
        });

    assertThat(timelines.following(USER, ALL).posts()).containsExactly(fresh, old);
  }

  private static Page readAfter(CountDownLatch start, Timelines timelines) {
    try {
      start.await();
      return timelines.following(USER, ALL);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
