package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.CAP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostIT {
  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  @Test
  void a_post_is_in_the_database_the_public_timeline_and_its_authors_profile() throws Exception {
    PostCreated post = fixture.post(1);

    fixture.write(post);

    List<Post> profile =
        fixture.timelines().timelines().profile(AUTHOR, PageRequest.first(10)).posts();
    assertThat(profile).singleElement().extracting(Post::text).isEqualTo("post 1");
    assertThat(fixture.timelines().timelines().everyone(PageRequest.first(10)).posts())
        .isEqualTo(profile);
  }

  @Test
  void timelines_end_up_the_same_in_whatever_order_posts_are_written() throws Exception {
    List<PostCreated> posts =
        new ArrayList<>(IntStream.range(0, 3 * CAP).mapToObj(fixture::post).toList());
    List<String> newest =
        posts.subList(2 * CAP, 3 * CAP).stream().map(p -> Long.toString(p.post())).toList();
    Collections.shuffle(posts, new Random(42));

    for (PostCreated post : posts) {
      fixture.write(post);
    }

    assertThat(fixture.oldestFirst(fixture.keys.everyone())).isEqualTo(newest);
    assertThat(fixture.oldestFirst(fixture.keys.profile(AUTHOR))).isEqualTo(newest);
  }

  @Test
  void the_profile_has_the_post_before_the_fan_out_is_planned() throws Exception {
    fixture.execute("DROP TABLE sluice_follow");
    PostCreated post = fixture.post(1);

    fixture.write(post);

    assertThat(fixture.oldestFirst(fixture.keys.profile(AUTHOR)))
        .containsExactly(Long.toString(post.post()));
  }

  @Test
  void an_id_in_a_timeline_without_a_post_is_not_read() throws Exception {
    fixture.write(fixture.post(1));
    fixture.redis().zadd(fixture.keys.everyone(), 1, "4711");

    assertThat(fixture.timelines().timelines().everyone(PageRequest.first(10)).posts()).hasSize(1);
  }

  @Test
  void the_same_post_under_another_task_id_changes_nothing() throws Exception {
    fixture.write(fixture.post(1));

    assertThat(fixture.write(fixture.post(1)).get(0).kind()).isEqualTo(TaskOutcome.Kind.COMPLETED);

    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isEqualTo(1);
  }

  @Test
  void another_post_with_an_id_that_is_taken_is_dead() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);

    List<TaskOutcome> outcome =
        fixture.write(new PostCreated(post.post(), AUTHOR + 1, post.createdAt(), "mine"));

    assertThat(outcome.get(0).kind()).isEqualTo(TaskOutcome.Kind.DEAD);
  }
}
