package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskType;
import dev.sluice.timelines.IdleUsers;
import dev.sluice.timelines.Page;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.Timelines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Posts, deletions and changes of edges in any order, some of them twice: in the end everything is
 * as a model says that knows no order.
 */
class AnyOrderIT {
  private static final int USERS = 9;
  private static final int POSTS = 24;
  private static final int CHANGES = 60;
  private static final int CAP = 100;

  @Nested
  class WithFanOutsToAll {
    @RegisterExtension
    final TimelineFixture fixture = new TimelineFixture(options -> options.withCap(CAP));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_timeline_in_redis_and_every_counter_is_right(long seed) throws Exception {
      GraphModel model = handleAll(fixture, seed, false);

      assertThat(entries(fixture.keys.everyone())).isEqualTo(model.everyone());
      for (long user : model.users()) {
        assertThat(entries(fixture.keys.profile(user)))
            .as("profile of %d", user)
            .isEqualTo(model.profile(user));
        assertThat(entries(fixture.keys.following(user)))
            .as("following of %d", user)
            .isEqualTo(model.following(user));
      }
      assertCounters(fixture, model);
      assertThat(fixture.sluice.deadTasks()).isEmpty();
    }

    private List<Long> entries(String timeline) {
      List<Long> newestFirst =
          new ArrayList<>(fixture.oldestFirst(timeline).stream().map(Long::valueOf).toList());
      Collections.reverse(newestFirst);
      return newestFirst;
    }
  }

  @Nested
  class WithoutIdleUsers {
    @RegisterExtension
    final TimelineFixture fixture =
        new TimelineFixture(options -> options.withCap(CAP).withIdleUsers(IdleUsers.SKIP));

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void every_reader_sees_what_is_due(long seed) throws Exception {
      assertReadersSee(fixture, handleAll(fixture, seed, true));
    }
  }

  @Nested
  class WithCelebrities {
    @RegisterExtension
    final TimelineFixture fixture =
        new TimelineFixture(options -> options.withCap(CAP).withCelebrityFollowers(2));

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void every_reader_sees_what_is_due(long seed) throws Exception {
      assertReadersSee(fixture, handleAll(fixture, seed, true));
    }
  }

  /**
   * Now and then what was enqueued is drained, time passes, or somebody reads, which would mend
   * what is missing.
   */
  private static GraphModel handleAll(TimelineFixture fixture, long seed, boolean reads)
      throws Exception {
    Random random = new Random(seed);
    List<Record> tasks = new RandomTasks(random, USERS, fixture.now()).shuffled(POSTS, CHANGES);
    for (Record task : tasks) {
      RandomTasks.enqueue(
          task,
          new RandomTasks.Enqueue() {
            @Override
            public <P extends Record> void enqueue(TaskType<P> type, P payload) {
              fixture.sluice.enqueue(type, payload);
            }
          });
      switch (random.nextInt(10)) {
        case 0 -> fixture.sluice.drain();
        case 1 -> fixture.sluice.advance(Duration.ofSeconds(random.nextInt(70)));
        case 2 -> {
          if (reads) {
            following(fixture, 1 + random.nextInt(USERS));
          }
        }
        default -> {}
      }
    }
    fixture.sluice.advanceToEnd();
    return new GraphModel(tasks);
  }

  private static void assertReadersSee(TimelineFixture fixture, GraphModel model) throws Exception {
    Timelines timelines = fixture.timelines().timelines();
    assertThat(ids(timelines.everyone(PageRequest.first(CAP)))).isEqualTo(model.everyone());
    for (long user : model.users()) {
      assertThat(following(fixture, user))
          .as("following of %d", user)
          .isEqualTo(model.following(user));
    }
    assertCounters(fixture, model);
    assertThat(fixture.sluice.deadTasks()).isEmpty();
  }

  private static List<Long> following(TimelineFixture fixture, long user) throws Exception {
    return ids(fixture.timelines().timelines().following(user, PageRequest.first(CAP)));
  }

  private static List<Long> ids(Page page) {
    return page.posts().stream().map(Post::id).toList();
  }

  private static void assertCounters(TimelineFixture fixture, GraphModel model) throws Exception {
    for (long user : model.users()) {
      assertThat(counter(fixture, "followers", user)).isEqualTo(model.followers(user));
      assertThat(counter(fixture, "following", user)).isEqualTo(model.followed(user));
      assertThat(counter(fixture, "posts", user)).isEqualTo(model.posts(user));
    }
  }

  private static long counter(TimelineFixture fixture, String counter, long user) throws Exception {
    return fixture.count("SELECT SUM(%s) FROM sluice_user WHERE id = %d".formatted(counter, user));
  }
}
