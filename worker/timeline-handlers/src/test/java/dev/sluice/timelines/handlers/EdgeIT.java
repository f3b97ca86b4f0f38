package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.CAP;
import static dev.sluice.timelines.handlers.TimelineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskType;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.testkit.TaskOutcome.Kind;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Unfollow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EdgeIT {
  private static final long FOLLOWER = 11;
  private static final long OTHER = 8;

  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  @Test
  void who_begins_to_follow_gets_the_author_s_newest_posts() throws Exception {
    List<PostCreated> posts = IntStream.range(0, CAP + 2).mapToObj(fixture::post).toList();
    posts.forEach(fixture::write);

    follow(FOLLOWER, AUTHOR, 1);

    assertThat(fixture.followingOf(FOLLOWER))
        .containsExactly(ids(posts.subList(2, CAP + 2).toArray(PostCreated[]::new)));
    assertCounters(FOLLOWER, 0, 1, 0);
    assertCounters(AUTHOR, 1, 0, CAP + 2);
  }

  @Test
  void a_backfill_finds_posts_in_the_database_when_redis_has_lost_the_profile() {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    fixture.redis().del(fixture.keys.profile(AUTHOR));

    follow(FOLLOWER, AUTHOR, 1);

    assertThat(fixture.followingOf(FOLLOWER)).containsExactly(ids(post));
  }

  @Test
  void who_follows_no_more_keeps_the_posts_of_others_alone() throws Exception {
    PostCreated others = fixture.post(OTHER, 1);
    follow(FOLLOWER, AUTHOR, 1);
    follow(FOLLOWER, OTHER, 1);
    fixture.write(fixture.post(2));
    fixture.write(others);

    unfollow(FOLLOWER, AUTHOR, 2);

    assertThat(fixture.followingOf(FOLLOWER)).containsExactly(ids(others));
    assertCounters(FOLLOWER, 0, 1, 0);
    assertCounters(AUTHOR, 0, 0, 1);
  }

  @Test
  void a_full_timeline_that_loses_an_author_is_filled_up_when_it_is_read() throws Exception {
    follow(FOLLOWER, OTHER, 1);
    List<PostCreated> others =
        IntStream.range(0, CAP).mapToObj(i -> fixture.post(OTHER, i)).toList();
    others.forEach(fixture::write);
    follow(FOLLOWER, AUTHOR, 1);
    fixture.write(fixture.post(50));
    fixture.timelines().timelines().following(FOLLOWER, PageRequest.first(1));

    unfollow(FOLLOWER, AUTHOR, 2);

    assertThat(fixture.timelines().timelines().following(FOLLOWER, PageRequest.first(CAP)).posts())
        .hasSize(CAP);
    assertThat(fixture.followingOf(FOLLOWER))
        .containsExactly(ids(others.toArray(PostCreated[]::new)));
  }

  @Test
  void of_two_changes_the_later_one_stands_whatever_the_order_in_which_they_arrive()
      throws Exception {
    fixture.write(fixture.post(1));

    unfollow(FOLLOWER, AUTHOR, 2);
    follow(FOLLOWER, AUTHOR, 1);

    assertThat(fixture.followingOf(FOLLOWER)).isEmpty();
    assertCounters(FOLLOWER, 0, 0, 0);
    assertCounters(AUTHOR, 0, 0, 1);
  }

  @Test
  void at_the_same_millisecond_the_end_stands() throws Exception {
    follow(FOLLOWER, AUTHOR, 1);
    unfollow(FOLLOWER, AUTHOR, 1);
    follow(FOLLOWER, AUTHOR, 1);

    assertCounters(FOLLOWER, 0, 0, 0);
  }

  @Test
  void the_same_change_under_two_task_ids_counts_once() throws Exception {
    follow(FOLLOWER, AUTHOR, 1);
    follow(FOLLOWER, AUTHOR, 1);
    follow(FOLLOWER, AUTHOR, 2);

    assertCounters(FOLLOWER, 0, 1, 0);
    assertCounters(AUTHOR, 1, 0, 0);
  }

  @Test
  void a_change_that_can_not_be_is_dead_with_the_reason() throws Exception {
    assertDead(follow(AUTHOR, AUTHOR, 1), "user 7 cannot follow itself");
    assertDead(unfollow(AUTHOR, AUTHOR, 1), "user 7 cannot follow itself");
    assertDead(follow(0, AUTHOR, 1), "follower must be a positive id, is 0");
    assertDead(follow(FOLLOWER, -3, 1), "author must be a positive id, is -3");
    assertDead(unfollow(FOLLOWER, AUTHOR, 0), "at must be milliseconds since 1970");
    assertDead(follow(FOLLOWER, AUTHOR, Long.MAX_VALUE), "at must be milliseconds since 1970");

    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_follow")).isZero();
  }

  @Test
  void what_a_straggler_adds_after_an_unfollow_is_gone_a_minute_later() {
    PostCreated post = fixture.post(1);
    follow(FOLLOWER, AUTHOR, 1);
    fixture.write(post);
    unfollow(FOLLOWER, AUTHOR, 2);
    fixture.redis().zadd(fixture.keys.following(FOLLOWER), post.createdAt(), ids(post)[0]);

    fixture.sluice.advance(Duration.ofSeconds(59));
    assertThat(fixture.followingOf(FOLLOWER)).isNotEmpty();

    fixture.sluice.advance(Duration.ofSeconds(5));
    assertThat(fixture.followingOf(FOLLOWER)).isEmpty();
  }

  @Test
  void the_repeat_of_a_removal_spares_who_follows_again() {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    follow(FOLLOWER, AUTHOR, 1);
    unfollow(FOLLOWER, AUTHOR, 2);
    follow(FOLLOWER, AUTHOR, 3);

    fixture.sluice.advanceToEnd();

    assertThat(fixture.followingOf(FOLLOWER)).containsExactly(ids(post));
  }

  private List<TaskOutcome> follow(long follower, long author, long at) {
    return handle(TimelineTasks.FOLLOW, new Follow(follower, author, at));
  }

  private List<TaskOutcome> unfollow(long follower, long author, long at) {
    return handle(TimelineTasks.UNFOLLOW, new Unfollow(follower, author, at));
  }

  private <P extends Record> List<TaskOutcome> handle(TaskType<P> type, P payload) {
    return fixture.handle(type, payload);
  }

  private static void assertDead(List<TaskOutcome> outcomes, String why) {
    assertThat(outcomes).singleElement().extracting(TaskOutcome::kind).isEqualTo(Kind.DEAD);
    assertThat(outcomes.get(0).detail()).contains(why);
  }

  private void assertCounters(long user, long followers, long following, long posts)
      throws SQLException {
    for (Object[] counter :
        new Object[][] {{"followers", followers}, {"following", following}, {"posts", posts}}) {
      assertThat(
              fixture.count(
                  "SELECT SUM(%s) FROM sluice_user WHERE id = %d".formatted(counter[0], user)))
          .as("%s of %d", counter[0], user)
          .isEqualTo(counter[1]);
    }
  }
}
