package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Unfollow;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Authors with more than two followers. */
class CelebrityIT {
  @RegisterExtension
  final TimelineFixture fixture = new TimelineFixture(o -> o.withCelebrityFollowers(2));

  @Test
  void an_author_at_the_threshold_is_fanned_out() throws Exception {
    follow(11, 12);
    PostCreated post = fixture.post(1);

    fixture.write(post);

    assertThat(fixture.followingOf(11)).containsExactly(ids(post));
    assertThat(merged()).isZero();
  }

  @Test
  void above_it_posts_are_merged_when_they_are_read_and_earlier_ones_stay() throws Exception {
    follow(11, 12);
    PostCreated before = fixture.post(1);
    fixture.write(before);
    follow(13);
    PostCreated after = fixture.post(2);

    fixture.write(after);

    assertThat(merged()).isEqualTo(1);
    assertThat(fixture.followingOf(11)).containsExactly(ids(before));
    assertThat(read(11)).containsExactly(after.post(), before.post());
    assertThat(read(13)).containsExactly(after.post(), before.post());
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_long_task")).isEqualTo(1);
  }

  @Test
  void an_author_who_loses_followers_stays_merged() throws Exception {
    follow(11, 12, 13);
    fixture.write(fixture.post(1));
    fixture.handle(TimelineTasks.UNFOLLOW, new Unfollow(13, AUTHOR, 2));
    fixture.handle(TimelineTasks.UNFOLLOW, new Unfollow(12, AUTHOR, 2));

    fixture.write(fixture.post(2));

    assertThat(fixture.followingOf(11)).isEmpty();
    assertThat(read(11)).hasSize(2);
    assertThat(read(12)).isEmpty();
  }

  @Test
  void deleting_a_merged_post_needs_no_removal_but_one_that_was_fanned_out_does() throws Exception {
    follow(11, 12);
    PostCreated before = fixture.post(1);
    fixture.write(before);
    follow(13);
    PostCreated after = fixture.post(2);
    fixture.write(after);

    fixture.delete(after);
    assertThat(removals()).isZero();
    fixture.delete(before);
    assertThat(removals()).isEqualTo(1);

    assertThat(fixture.followingOf(11)).isEmpty();
    assertThat(read(13)).isEmpty();
  }

  @Test
  void who_begins_to_follow_a_merged_author_gets_no_copies() throws Exception {
    follow(11, 12, 13);
    PostCreated post = fixture.post(1);
    fixture.write(post);

    follow(14);

    assertThat(fixture.followingOf(14)).isEmpty();
    assertThat(read(14)).containsExactly(post.post());
  }

  private void follow(long... followers) {
    for (long follower : followers) {
      fixture.handle(TimelineTasks.FOLLOW, new Follow(follower, AUTHOR, 1));
    }
  }

  private List<Long> read(long user) throws SQLException {
    return fixture.timelines().timelines().following(user, PageRequest.first(9)).posts().stream()
        .map(Post::id)
        .toList();
  }

  private long merged() throws SQLException {
    return fixture.count("SELECT COUNT(*) FROM sluice_user WHERE merged");
  }

  private long removals() throws SQLException {
    return fixture.count("SELECT COUNT(*) FROM sluice_long_task WHERE name = 'timeline.remove'");
  }
}
