package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.TimelineTasks;
import java.sql.SQLException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FanOutIT {
  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  @Test
  void a_post_to_one_chunk_of_followers_is_written_at_once() throws Exception {
    fixture.follow(AUTHOR, 1, 2, 3);
    PostCreated post = fixture.post(1);

    fixture.write(post);

    assertEveryFollowerHasIt(post, 3);
    assertThat(fixture.count("SELECT lanes FROM sluice_long_task")).isZero();
  }

  @Test
  void one_follower_more_starts_a_fan_out_that_reaches_everyone_chunk_by_chunk() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 50).toArray());
    PostCreated post = fixture.post(1);

    fixture.write(post);

    assertEveryFollowerHasIt(post, 50);
    assertFanOutIsDone(50);
  }

  @Test
  void an_author_without_followers_has_nothing_to_fan_out() throws Exception {
    PostCreated post = fixture.post(1);

    fixture.write(post);

    assertEveryFollowerHasIt(post, 0);
    assertThat(fixture.count("SELECT lanes FROM sluice_long_task")).isZero();
  }

  @Test
  void a_follower_who_comes_behind_the_cursor_during_the_fan_out_is_reached() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 8).toArray());
    PostCreated post = fixture.post(1);
    fixture.sluice.enqueue(TimelineTasks.POST_CREATED, post);
    fixture.follow(AUTHOR, 9, 10);

    fixture.sluice.drain();

    assertEveryFollowerHasIt(post, 10);
  }

  private void assertEveryFollowerHasIt(PostCreated post, int followers) {
    for (long follower = 1; follower <= followers; follower++) {
      assertThat(fixture.oldestFirst(fixture.keys.following(follower)))
          .as("timeline of %s", follower)
          .containsExactly(Long.toString(post.post()));
    }
    assertThat(fixture.oldestFirst(fixture.keys.following(followers + 1))).isEmpty();
  }

  private void assertFanOutIsDone(int written) throws SQLException {
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_long_task WHERE state = 'DONE'"))
        .isEqualTo(1);
    assertThat(fixture.count("SELECT SUM(units) FROM sluice_long_task_lane")).isEqualTo(written);
  }
}
