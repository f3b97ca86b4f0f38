package dev.sluice.timelines;

import static dev.sluice.timelines.ReadingFixture.CAP;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagingIT {
  private static final long AUTHOR = 7;
  private static final Comparator<Post> NEWEST_FIRST =
      Comparator.comparing(post -> new Entry(post.id(), post.createdAt()), Entry.NEWEST_FIRST);

  @RegisterExtension final ReadingFixture fixture = new ReadingFixture();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void pages_one_after_the_other_are_the_whole_also_while_posts_are_added(long seed)
      throws Exception {
    Random random = new Random(seed);
    Timelines timelines = fixture.open();
    TimelineStore store = timelines.store();
    List<Post> whole = new ArrayList<>(some(random, random.nextInt(CAP + 1)));
    fixture.insert(whole.toArray(Post[]::new));
    whole.sort(NEWEST_FIRST);

    List<Post> read = new ArrayList<>();
    int limit = 1 + random.nextInt(7);
    String cursor = null;
    int newer = 0;
    do {
      Page page =
          timelines.profile(
              AUTHOR, cursor == null ? PageRequest.first(limit) : PageRequest.after(cursor, limit));
      assertThat(page.posts().size()).isLessThanOrEqualTo(limit);
      assertThat(page.next() == null || page.posts().size() == limit).isTrue();
      read.addAll(page.posts());
      cursor = page.next();
      if (random.nextBoolean() && whole.size() + newer < CAP) {
        Post post = fixture.post(AUTHOR, Duration.ZERO, newer++);
        fixture.insert(post);
        store.add(List.of(fixture.keys.profile(AUTHOR)), post.id(), post.createdAt());
      }
    } while (cursor != null);

    assertThat(read).isEqualTo(whole);
  }

  @Test
  void many_posts_of_one_millisecond_are_all_read_once() throws Exception {
    Post[] posts = new Post[CAP];
    for (int i = 0; i < CAP; i++) {
      posts[i] = fixture.post(AUTHOR, Duration.ofMinutes(5), i);
    }
    fixture.insert(posts);
    Timelines timelines = fixture.open();

    List<Long> read = new ArrayList<>();
    Page page = timelines.profile(AUTHOR, PageRequest.first(3));
    read.addAll(ReadingFixture.ids(page));
    while (page.next() != null) {
      page = timelines.profile(AUTHOR, PageRequest.after(page.next(), 3));
      read.addAll(ReadingFixture.ids(page));
    }

    assertThat(read).hasSize(CAP).doesNotHaveDuplicates();
    assertThat(read).isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void a_page_is_filled_up_where_posts_are_deleted_or_missing() throws Exception {
    Post[] posts = new Post[10];
    for (int i = 0; i < posts.length; i++) {
      posts[i] = fixture.post(AUTHOR, 60 + i);
    }
    fixture.insert(posts);
    Timelines timelines = fixture.open();
    timelines.everyone(PageRequest.first(10));
    for (int gone : new int[] {0, 1, 2, 3, 5}) {
      timelines.posts().deleted(posts[gone].id());
      fixture.delete(posts[gone].id());
    }
    fixture.redis.zadd(fixture.keys.everyone(), fixture.now.toEpochMilli(), "4711");

    Page first = timelines.everyone(PageRequest.first(3));
    assertThat(first.posts()).containsExactly(posts[4], posts[6], posts[7]);

    Page second = timelines.everyone(PageRequest.after(first.next(), 3));
    assertThat(second.posts()).containsExactly(posts[8], posts[9]);
    assertThat(second.next()).isNull();
  }

  @Test
  void a_cursor_outlives_its_post() throws Exception {
    Post[] posts = {fixture.post(AUTHOR, 1), fixture.post(AUTHOR, 2), fixture.post(AUTHOR, 3)};
    fixture.insert(posts);
    Timelines timelines = fixture.open();
    Page first = timelines.profile(AUTHOR, PageRequest.first(1));
    fixture.redis.zrem(fixture.keys.profile(AUTHOR), Long.toString(posts[0].id()));

    Page second = timelines.profile(AUTHOR, PageRequest.after(first.next(), 1));

    assertThat(second.posts()).containsExactly(posts[1]);
  }

  @Test
  void a_timeline_of_nobody_is_empty() throws Exception {
    assertThat(fixture.open().following(99, PageRequest.first(200)))
        .isEqualTo(new Page(List.of(), null));
  }

  /** Posts of few milliseconds, so that many share one. */
  private List<Post> some(Random random, int count) {
    List<Post> posts = new ArrayList<>();
    HashSet<Long> ids = new HashSet<>();
    while (posts.size() < count) {
      Post post =
          fixture.post(AUTHOR, Duration.ofMillis(100 + random.nextInt(4)), random.nextInt(1000));
      if (ids.add(post.id())) {
        posts.add(post);
      }
    }
    return posts;
  }
}
