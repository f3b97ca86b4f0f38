package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.timelines.Follow;
import dev.sluice.timelines.IdleUsers;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.TimelineTasks;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fan-outs that leave out who does not read. */
class IdleUsersIT {
  @RegisterExtension
  final TimelineFixture fixture = new TimelineFixture(o -> o.withIdleUsers(IdleUsers.SKIP));

  @Test
  void readers_are_written_to_and_the_idle_are_not() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(11, 20).toArray());
    read(11);
    read(17);
    PostCreated post = fixture.post(1);

    fixture.write(post);

    for (long follower = 11; follower <= 20; follower++) {
      assertThat(fixture.followingOf(follower))
          .isEqualTo(follower == 11 || follower == 17 ? List.of(ids(post)) : List.of());
    }
  }

  @Test
  void who_returns_finds_what_was_missed_and_is_written_to_again() throws Exception {
    fixture.follow(AUTHOR, 11);
    PostCreated missed = fixture.post(1);
    fixture.write(missed);

    assertThat(read(11)).containsExactly(missed.post());
    PostCreated next = fixture.post(2);
    fixture.write(next);

    assertThat(fixture.followingOf(11)).containsExactly(ids(missed, next));
  }

  @Test
  void even_a_small_fan_out_waits_until_its_post_is_committed() throws Exception {
    fixture.follow(AUTHOR, 11);
    read(11);
    fixture.execute("DROP TABLE sluice_long_task");
    PostCreated post = fixture.post(1);

    fixture.write(post);

    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isEqualTo(1);
    assertThat(fixture.followingOf(11)).isEmpty();
  }

  @Test
  void a_deleted_post_is_taken_from_the_idle_too() throws Exception {
    fixture.follow(AUTHOR, 11);
    read(11);
    PostCreated post = fixture.post(1);
    fixture.write(post);
    fixture.redis().del(fixture.keys.kept(11));

    fixture.delete(post);

    assertThat(fixture.followingOf(11)).isEmpty();
  }

  @Test
  void a_post_that_is_deleted_before_its_fan_out_starts_reaches_nobody() throws Exception {
    fixture.follow(AUTHOR, 11);
    read(11);
    PostCreated post = fixture.post(1);
    fixture.write(post);
    fixture.delete(post);

    fixture.handle(TimelineTasks.FAN_OUT, FanOuts.payload(toPost(post)));

    assertThat(fixture.followingOf(11)).isEmpty();
  }

  @Test
  void an_idle_user_who_follows_is_not_written_to_but_reads_it_all() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);

    fixture.handle(TimelineTasks.FOLLOW, new Follow(11, AUTHOR, 1));

    assertThat(fixture.followingOf(11)).isEmpty();
    assertThat(read(11)).containsExactly(post.post());
  }

  private static Post toPost(PostCreated post) {
    return new Post(post.post(), post.author(), Instant.ofEpochMilli(post.createdAt()), "");
  }

  private List<Long> read(long user) throws SQLException {
    return fixture.timelines().timelines().following(user, PageRequest.first(9)).posts().stream()
        .map(Post::id)
        .toList();
  }
}
