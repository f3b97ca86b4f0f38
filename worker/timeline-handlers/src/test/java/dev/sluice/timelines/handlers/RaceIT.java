package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.deletion;
import static dev.sluice.timelines.handlers.TimelineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.task.TaskIds;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Unfollow;
import dev.sluice.worker.longtask.LongTasks;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens between the page that a fan-out reads and the chunk that it writes. */
class RaceIT {
  private static final String PAGE = "ORDER BY author, follower LIMIT";
  private static final long[] FOLLOWERS = LongStream.rangeClosed(11, 310).toArray();

  @Nested
  class InTheFirstChunk {
    private final Gate gate = new Gate(PAGE, 1);

    @RegisterExtension final TimelineFixture fixture = new TimelineFixture().with(gate);

    @Test
    void an_entry_that_is_added_after_an_unfollow_removed_it_is_gone_a_minute_later()
        throws Exception {
      fixture.follow(AUTHOR, FOLLOWERS);
      PostCreated post = fixture.post(1);
      fixture.sluice.enqueue(TimelineTasks.POST_CREATED, post);
      gate.awaitReached();
      long halted = FOLLOWERS[0];

      String unfollow =
          fixture.sluice.enqueue(TimelineTasks.UNFOLLOW, new Unfollow(halted, AUTHOR, 1));
      await().until(() -> !fixture.sluice.outcomes(unfollow).isEmpty());
      awaitRemoval(fixture);
      gate.open();
      fixture.sluice.drain();
      assertThat(fixture.followingOf(halted)).containsExactly(ids(post));

      fixture.sluice.advance(Duration.ofSeconds(65));
      assertThat(fixture.followingOf(halted)).isEmpty();
      assertThat(fixture.followingOf(FOLLOWERS[1])).containsExactly(ids(post));
    }

    @Test
    void who_follows_behind_the_cursor_meanwhile_is_reached() throws Exception {
      fixture.follow(AUTHOR, FOLLOWERS);
      PostCreated post = fixture.post(1);
      fixture.sluice.enqueue(TimelineTasks.POST_CREATED, post);
      gate.awaitReached();

      String follow = fixture.sluice.enqueue(TimelineTasks.FOLLOW, new Follow(3, AUTHOR, 1));
      await().until(() -> !fixture.sluice.outcomes(follow).isEmpty());
      gate.open();
      fixture.sluice.drain();

      assertThat(fixture.followingOf(3)).containsExactly(ids(post));
    }

    private void awaitRemoval(TimelineFixture fixture) {
      await()
          .until(
              () ->
                  fixture
                      .sluice
                      .worker()
                      .control()
                      .stats()
                      .completed()
                      .containsKey(TimelineTasks.EDGE_CHANGED.name()));
    }
  }

  @Nested
  class InTheMiddle {
    private final Gate gate = new Gate(PAGE, 40);

    @RegisterExtension final TimelineFixture fixture = new TimelineFixture().with(gate);

    @Test
    void a_post_that_is_deleted_while_its_fan_out_runs_is_in_no_timeline() throws Exception {
      fixture.follow(AUTHOR, FOLLOWERS);
      PostCreated post = fixture.post(1);
      fixture.sluice.enqueue(TimelineTasks.POST_CREATED, post);
      gate.awaitReached();

      String deletion = fixture.sluice.enqueue(TimelineTasks.POST_DELETED, deletion(post));
      await().until(() -> !fixture.sluice.outcomes(deletion).isEmpty());
      gate.open();
      fixture.sluice.drain();

      assertThat(fixture.count(lanes("timeline.fan_out", "CANCELLED"))).isBetween(1L, 150L);
      assertThat(fixture.count(lanes("timeline.remove", "DONE"))).isEqualTo(FOLLOWERS.length);
      assertNobodyHasIt();

      fixture.redis().zadd(fixture.keys.following(11), post.createdAt(), ids(post)[0]);
      fixture.sluice.advance(Duration.ofSeconds(65));
      assertNobodyHasIt();
      assertThat(fixture.count(lanes("timeline.remove", "DONE"))).isEqualTo(2 * FOLLOWERS.length);
    }

    @Test
    void a_post_whose_fan_out_is_paused_is_deleted_from_those_whom_it_had_reached()
        throws Exception {
      fixture.follow(AUTHOR, FOLLOWERS);
      PostCreated post = fixture.post(1);
      fixture.sluice.enqueue(TimelineTasks.POST_CREATED, post);
      gate.awaitReached();
      assertThat(longTasks().pause(fanOut(post))).isTrue();
      gate.open();
      fixture.sluice.drain();

      fixture.delete(post);

      assertNobodyHasIt();
      assertThat(fixture.count(lanes("timeline.fan_out", "CANCELLED"))).isPositive();
    }

    @Test
    void a_post_whose_fan_out_an_operator_had_cancelled_is_deleted_as_any_other() throws Exception {
      fixture.follow(AUTHOR, FOLLOWERS);
      PostCreated post = fixture.post(1);
      fixture.sluice.enqueue(TimelineTasks.POST_CREATED, post);
      gate.awaitReached();
      assertThat(longTasks().cancel(fanOut(post))).isTrue();

      String deletion = fixture.sluice.enqueue(TimelineTasks.POST_DELETED, deletion(post));
      await().until(() -> !fixture.sluice.outcomes(deletion).isEmpty());
      gate.open();
      fixture.sluice.drain();

      assertNobodyHasIt();
    }

    private LongTasks longTasks() {
      return new LongTasks(
          fixture.sluice.dataSource(), fixture.sluice.producer(), fixture.sluice.clock());
    }

    private static String fanOut(PostCreated post) {
      return TaskIds.child("timeline.fan_out/" + post.post(), 0).toString();
    }

    private void assertNobodyHasIt() {
      for (long follower : FOLLOWERS) {
        assertThat(fixture.followingOf(follower)).isEmpty();
      }
      assertThat(fixture.oldestFirst(fixture.keys.everyone())).isEmpty();
      assertThat(fixture.oldestFirst(fixture.keys.profile(AUTHOR))).isEmpty();
    }

    private static String lanes(String name, String state) {
      return ("SELECT SUM(units) FROM sluice_long_task_lane l JOIN sluice_long_task t"
              + " ON t.id = l.long_task WHERE t.name = '%s' AND t.state = '%s'")
          .formatted(name, state);
    }
  }
}
