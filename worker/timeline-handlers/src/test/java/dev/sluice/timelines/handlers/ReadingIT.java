package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.timelines.IdleUsers;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostDeleted;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Timelines;
import dev.sluice.topology.Topology;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What readers see of what the handlers do; idle users are left out by fan-outs. */
class ReadingIT {
  private static final long READER = 1;
  private static final PageRequest ALL = PageRequest.first(200);

  private final InMemoryBroker broker =
      InMemoryBroker.manual(Topology.DEFAULT, InstantSource.system());

  @RegisterExtension
  final TimelineFixture fixture =
      new TimelineFixture(options -> options.withIdleUsers(IdleUsers.SKIP)).with(broker);

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void a_deletion_reaches_a_reader_that_has_the_post_in_its_own_memory() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    try (Timelines reader = Timelines.open(fixture.reading())) {
      assertThat(texts(reader.profile(AUTHOR, ALL).posts())).containsExactly("post 1");

      fixture.handle(
          TimelineTasks.POST_DELETED, new PostDeleted(post.post(), AUTHOR, post.createdAt()));

      await().untilAsserted(() -> assertThat(reader.posts().get(List.of(post.post()))).isEmpty());
      assertThat(reader.profile(AUTHOR, ALL).posts()).isEmpty();
    }
  }

  @Test
  void an_idle_user_who_returns_has_everything_and_is_kept_up_from_then_on() throws Exception {
    fixture.follow(AUTHOR, READER, READER + 1);
    fixture.write(fixture.post(1));
    assertThat(fixture.redis().exists(fixture.keys.following(READER))).isFalse();
    try (Timelines reader = Timelines.open(fixture.reading())) {
      assertThat(texts(reader.following(READER, ALL).posts())).containsExactly("post 1");

      fixture.write(fixture.post(2));

      assertThat(fixture.oldestFirst(fixture.keys.following(READER))).hasSize(2);
      assertThat(fixture.redis().exists(fixture.keys.following(READER + 1))).isFalse();
      assertThat(texts(reader.following(READER, ALL).posts())).containsExactly("post 2", "post 1");
    }
  }

  private static List<String> texts(List<Post> posts) {
    return posts.stream().map(Post::text).toList();
  }
}
