package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskIds;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.Recount;
import dev.sluice.timelines.TimelineTasks;
import java.sql.SQLException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecountIT {
  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  @Test
  void right_counters_are_left_alone() throws Exception {
    fixture.handle(TimelineTasks.FOLLOW, new Follow(11, AUTHOR, 1));
    fixture.write(fixture.post(1));

    assertThat(recount()).contains("{}");

    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_counter_correction")).isZero();
  }

  @Test
  void a_wrong_counter_is_corrected_and_what_it_was_is_kept() throws Exception {
    fixture.handle(TimelineTasks.FOLLOW, new Follow(11, AUTHOR, 1));
    fixture.write(fixture.post(1));
    fixture.execute("UPDATE sluice_user SET followers = 40, posts = 3 WHERE id = " + AUTHOR);

    assertThat(recount()).contains("{followers=1, posts=1}");

    assertThat(counter("followers", AUTHOR)).isEqualTo(1);
    assertThat(counter("posts", AUTHOR)).isEqualTo(1);
    assertThat(
            fixture.count(
                "SELECT COUNT(*) FROM sluice_counter_correction WHERE user_id = 7 AND"
                    + " (counter = 'followers' AND was = 40 AND is_now = 1"
                    + " OR counter = 'posts' AND was = 3 AND is_now = 1)"))
        .isEqualTo(2);
    recount();
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_counter_correction")).isEqualTo(2);
  }

  @Test
  void users_who_were_never_counted_are_and_ended_edges_and_deleted_posts_are_not()
      throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1001, 1450).toArray());
    fixture.execute("UPDATE sluice_follow SET active = FALSE WHERE follower > 1400");
    fixture.write(fixture.post(1));
    fixture.write(fixture.post(2));
    fixture.delete(fixture.post(2));
    fixture.execute("DELETE FROM sluice_user");

    recount();

    assertThat(counter("followers", AUTHOR)).isEqualTo(400);
    assertThat(counter("posts", AUTHOR)).isEqualTo(1);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_user WHERE following = 1"))
        .isEqualTo(400);
    assertThat(fixture.count("SELECT MAX(lanes) FROM sluice_long_task WHERE name LIKE '%recount%'"))
        .isEqualTo(4);
  }

  /** Recounts; returns what came of it. */
  private String recount() {
    String id = fixture.sluice.enqueue(TimelineTasks.RECOUNT, new Recount());
    fixture.sluice.drain();
    String longTask = TaskIds.child("timelines.recount_users/" + id, 0).toString();
    assertThat(fixture.sluice.outcomes(id).get(0).detail()).contains(longTask);
    String callback = TaskIds.child(longTask, -1).toString();
    assertThat(fixture.sluice.outcomes(callback))
        .extracting(TaskOutcome::kind)
        .containsExactly(TaskOutcome.Kind.COMPLETED);
    return fixture.sluice.outcomes(callback).get(0).detail();
  }

  private long counter(String counter, long user) throws SQLException {
    return fixture.count("SELECT SUM(%s) FROM sluice_user WHERE id = %d".formatted(counter, user));
  }
}
