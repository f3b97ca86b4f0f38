package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TaskOutcome;
import dev.sluice.testkit.TaskOutcome.Kind;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostDeleted;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.TimelineTasks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostDeletedIT {
  private static final long[] FOLLOWERS = LongStream.rangeClosed(11, 30).toArray();

  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  @Test
  void a_deleted_post_is_in_no_timeline_and_its_text_is_gone() throws Exception {
    fixture.follow(AUTHOR, FOLLOWERS);
    PostCreated kept = fixture.post(1);
    PostCreated deleted = fixture.post(2);
    fixture.write(kept);
    fixture.write(deleted);

    fixture.delete(deleted);

    assertThat(fixture.oldestFirst(fixture.keys.everyone())).containsExactly(ids(kept));
    assertThat(fixture.oldestFirst(fixture.keys.profile(AUTHOR))).containsExactly(ids(kept));
    for (long follower : FOLLOWERS) {
      assertThat(fixture.followingOf(follower)).containsExactly(ids(kept));
    }
    assertThat(
            fixture.count(
                "SELECT COUNT(*) FROM sluice_post WHERE deleted_at IS NOT NULL AND text = ''"))
        .isEqualTo(1);
    assertThat(posts()).isEqualTo(1);
  }

  @Test
  void a_deleted_post_that_was_read_before_is_not_read_again() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    assertThat(fixture.timelines().timelines().everyone(PageRequest.first(5)).posts()).hasSize(1);

    fixture.delete(post);
    fixture.redis().zadd(fixture.keys.everyone(), post.createdAt(), ids(post)[0]);

    assertThat(fixture.timelines().timelines().everyone(PageRequest.first(5)).posts()).isEmpty();
  }

  @Test
  void a_deletion_that_comes_before_its_post_keeps_it_from_being_written() throws Exception {
    fixture.follow(AUTHOR, FOLLOWERS);
    PostCreated post = fixture.post(1);

    assertThat(fixture.delete(post)).extracting(TaskOutcome::kind).containsExactly(Kind.COMPLETED);
    List<TaskOutcome> written = fixture.write(post);

    assertThat(written).extracting(TaskOutcome::kind).containsExactly(Kind.DISCARDED);
    assertThat(written.get(0).detail()).contains("post " + post.post() + " was deleted");
    assertNowhere();
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_user")).isZero();
  }

  @Test
  void a_post_that_reached_followers_and_was_then_rolled_back_goes_with_its_deletion()
      throws Exception {
    fixture.follow(AUTHOR, 11);
    PostCreated post = fixture.post(1);
    fixture.redis().zadd(fixture.keys.following(11), post.createdAt(), ids(post)[0]);

    fixture.delete(post);

    assertNowhere();
  }

  @Test
  void deleting_twice_counts_once() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    fixture.write(fixture.post(2));

    fixture.delete(post);
    assertThat(fixture.delete(post)).extracting(TaskOutcome::kind).containsExactly(Kind.COMPLETED);

    assertThat(posts()).isEqualTo(1);
  }

  @Test
  void a_deletion_in_the_name_of_another_user_is_dead_and_changes_nothing() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);

    List<TaskOutcome> refused =
        fixture.handle(
            TimelineTasks.POST_DELETED, new PostDeleted(post.post(), 8, post.createdAt()));

    assertThat(refused).extracting(TaskOutcome::kind).containsExactly(Kind.DEAD);
    assertThat(refused.get(0).detail())
        .contains("post " + post.post() + " is of user 7, not of user 8");
    assertThat(fixture.oldestFirst(fixture.keys.everyone())).containsExactly(ids(post));
  }

  @Test
  void numbers_that_can_not_be_are_dead_with_the_reason() {
    assertDead(fixture.write(new PostCreated(0, AUTHOR, 1, "")), "post must be a positive id");
    assertDead(fixture.write(new PostCreated(5, -1, 1, "")), "author must be a positive id");
    assertDead(fixture.write(new PostCreated(5, AUTHOR, 0, "")), "createdAt must be milliseconds");
    assertDead(
        fixture.handle(TimelineTasks.POST_DELETED, new PostDeleted(-5, AUTHOR, 1)),
        "post must be a positive id, is -5");
  }

  @Test
  void a_fan_out_that_an_operator_cancels_leaves_the_post_where_it_is() throws Exception {
    fixture.follow(AUTHOR, FOLLOWERS);
    PostCreated post = fixture.post(1);
    fixture.write(post);

    fixture.handle(
        TimelineTasks.FAN_OUT_CANCELLED, new PostFanOut(post.post(), AUTHOR, post.createdAt()));
    fixture.sluice.advanceToEnd();

    assertThat(fixture.followingOf(11)).containsExactly(ids(post));
  }

  @Test
  void who_follows_after_the_deletion_does_not_get_the_post() {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    fixture.delete(post);
    fixture.redis().zadd(fixture.keys.profile(AUTHOR), post.createdAt(), ids(post)[0]);

    fixture.handle(TimelineTasks.FOLLOW, new Follow(11, AUTHOR, 1));

    assertThat(fixture.followingOf(11)).isEmpty();
  }

  @Test
  void a_straggler_of_a_post_that_was_never_written_is_gone_a_minute_later() throws Exception {
    fixture.follow(AUTHOR, 11);
    PostCreated post = fixture.post(1);
    fixture.delete(post);
    fixture.redis().zadd(fixture.keys.following(11), post.createdAt(), ids(post)[0]);
    fixture.redis().zadd(fixture.keys.everyone(), post.createdAt(), ids(post)[0]);

    fixture.sluice.advance(Duration.ofSeconds(70));

    assertNowhere();
  }

  private void assertNowhere() {
    assertThat(fixture.oldestFirst(fixture.keys.everyone())).isEmpty();
    assertThat(fixture.oldestFirst(fixture.keys.profile(AUTHOR))).isEmpty();
    for (long follower : FOLLOWERS) {
      assertThat(fixture.followingOf(follower)).isEmpty();
    }
  }

  private long posts() throws SQLException {
    return fixture.count("SELECT posts FROM sluice_user WHERE id = " + AUTHOR);
  }

  private static void assertDead(List<TaskOutcome> outcomes, String why) {
    assertThat(outcomes).extracting(TaskOutcome::kind).containsExactly(Kind.DEAD);
    assertThat(outcomes.get(0).detail()).contains(why);
  }
}
