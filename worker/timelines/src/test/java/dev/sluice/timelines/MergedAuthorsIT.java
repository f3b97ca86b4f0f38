package dev.sluice.timelines;

import static dev.sluice.timelines.ReadingFixture.CAP;
import static dev.sluice.timelines.ReadingFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Authors whose posts are not fanned out but merged when a timeline is read. */
class MergedAuthorsIT {
  private static final long USER = 1;
  private static final long CELEBRITY = 100;
  private static final PageRequest ALL = PageRequest.first(200);

  @RegisterExtension final ReadingFixture fixture = new ReadingFixture();

  @Test
  void their_posts_stand_among_the_others_without_being_in_the_timeline() throws Exception {
    Post a = fixture.post(7, 1);
    Post b = fixture.post(CELEBRITY, 2);
    Post c = fixture.post(7, 3);
    Post d = fixture.post(CELEBRITY, 4);
    fixture.insert(a, b, c, d);
    fixture.follow(USER, 7, CELEBRITY);
    fixture.merge(CELEBRITY);
    Timelines timelines = fixture.open();

    assertThat(timelines.following(USER, ALL).posts()).containsExactly(a, b, c, d);

    assertThat(fixture.redis.zcard(fixture.keys.following(USER))).isEqualTo(2);
  }

  @Test
  void posts_from_before_they_were_merged_do_not_come_twice() throws Exception {
    Post before = fixture.post(CELEBRITY, 2);
    fixture.insert(before);
    fixture.follow(USER, CELEBRITY);
    Timelines timelines = fixture.open();
    timelines.following(USER, ALL);
    fixture.merge(CELEBRITY);
    Post since = fixture.post(CELEBRITY, 1);
    fixture.insert(since);
    Timelines another = fixture.open();

    assertThat(another.following(USER, ALL).posts()).containsExactly(since, before);
  }

  @Test
  void the_whole_is_the_newest_of_all_up_to_the_cap_page_by_page() throws Exception {
    List<Post> posts = new ArrayList<>();
    for (int i = 0; i < CAP; i++) {
      posts.add(fixture.post(CELEBRITY, Duration.ofMinutes(i), 1));
      posts.add(fixture.post(7, Duration.ofMinutes(i), 2));
      posts.add(fixture.post(CELEBRITY + 1, Duration.ofMinutes(i), 3));
    }
    fixture.insert(posts.toArray(Post[]::new));
    fixture.follow(USER, 7, CELEBRITY, CELEBRITY + 1);
    fixture.merge(CELEBRITY);
    fixture.merge(CELEBRITY + 1);
    Timelines timelines = fixture.open();
    List<Long> newest =
        posts.stream()
            .map(post -> new Entry(post.id(), post.createdAt()))
            .sorted(Entry.NEWEST_FIRST)
            .limit(CAP)
            .map(Entry::post)
            .toList();

    List<Long> read = new ArrayList<>();
    Page page = timelines.following(USER, PageRequest.first(7));
    read.addAll(ids(page));
    while (page.next() != null) {
      page = timelines.following(USER, PageRequest.after(page.next(), 7));
      read.addAll(ids(page));
    }

    assertThat(read).isEqualTo(newest);
  }

  @Test
  void who_follows_whom_and_their_profiles_are_remembered_for_a_short_time() throws Exception {
    Post post = fixture.post(CELEBRITY, 2);
    fixture.insert(post);
    fixture.follow(USER, CELEBRITY);
    fixture.follow(USER + 1, CELEBRITY);
    fixture.merge(CELEBRITY);
    Timelines timelines = fixture.open(reading -> reading.withMergedFor(Duration.ofMillis(500)));
    assertThat(timelines.following(USER, ALL).posts()).containsExactly(post);
    fixture.unfollow(USER, CELEBRITY);

    await().until(() -> timelines.following(USER, ALL).posts().isEmpty());

    assertThat(timelines.following(USER + 1, ALL).posts()).containsExactly(post);
  }
}
