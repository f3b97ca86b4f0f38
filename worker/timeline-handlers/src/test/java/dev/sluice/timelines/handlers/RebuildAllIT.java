package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.CAP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostDeleted;
import dev.sluice.timelines.RebuildTimelines;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Unfollow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rebuilding of everything, after Redis was lost. */
class RebuildAllIT {
  private static final int USERS = 70;

  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 64})
  void every_timeline_is_as_the_graph_has_it(int lanes) {
    Map<String, List<String>> expected = play(new Random(lanes));
    fixture.loseRedis();

    fixture.handle(TimelineTasks.REBUILD_ALL, new RebuildTimelines(lanes));

    assertThat(timelines()).isEqualTo(expected);
  }

  @Test
  void what_is_there_stays_as_it_is() {
    Map<String, List<String>> expected = play(new Random(42));
    assertThat(timelines()).isEqualTo(expected);

    fixture.handle(TimelineTasks.REBUILD_ALL, RebuildTimelines.all());
    fixture.handle(TimelineTasks.REBUILD_ALL, RebuildTimelines.all());

    assertThat(timelines()).isEqualTo(expected);
  }

  @Test
  void without_posts_and_followers_there_is_nothing_to_do() {
    fixture.handle(TimelineTasks.REBUILD_ALL, RebuildTimelines.all());

    assertThat(timelines()).isEmpty();
  }

  /** Posts, deletions and edges; returns what each timeline must hold, newest first. */
  private Map<String, List<String>> play(Random random) {
    Map<Long, Set<Long>> followed = new HashMap<>();
    for (int at = 1; at <= 3 * USERS; at++) {
      long follower = user(random);
      long author = 1000 + random.nextInt(8);
      Set<Long> authors = followed.computeIfAbsent(follower, f -> new HashSet<>());
      if (random.nextInt(5) == 0) {
        fixture.sluice.enqueue(TimelineTasks.UNFOLLOW, new Unfollow(follower, author, at));
        authors.remove(author);
      } else {
        fixture.sluice.enqueue(TimelineTasks.FOLLOW, new Follow(follower, author, at));
        authors.add(author);
      }
    }
    fixture.sluice.drain();
    List<PostCreated> posts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      PostCreated post = fixture.post(1000 + random.nextInt(8), i);
      fixture.sluice.enqueue(TimelineTasks.POST_CREATED, post);
      posts.add(0, post);
    }
    fixture.sluice.drain();
    // Of the oldest ones, which no timeline has any more: what a deletion makes room for stays out
    // of a timeline that lives, and comes back into one that is rebuilt.
    for (PostCreated post : List.copyOf(posts.subList(38, 40))) {
      fixture.handle(
          TimelineTasks.POST_DELETED,
          new PostDeleted(post.post(), post.author(), post.createdAt()));
      posts.remove(post);
    }
    return model(followed, posts);
  }

  private Map<String, List<String>> model(Map<Long, Set<Long>> followed, List<PostCreated> posts) {
    Map<String, List<String>> due = new TreeMap<>();
    for (PostCreated post : posts) {
      add(due, fixture.keys.everyone(), post);
      add(due, fixture.keys.profile(post.author()), post);
      followed.forEach(
          (follower, authors) -> {
            if (authors.contains(post.author())) {
              add(due, fixture.keys.following(follower), post);
            }
          });
    }
    return due;
  }

  private static void add(Map<String, List<String>> due, String timeline, PostCreated post) {
    List<String> ids = due.computeIfAbsent(timeline, t -> new ArrayList<>());
    if (ids.size() < CAP) {
      ids.add(Long.toString(post.post()));
    }
  }

  private Map<String, List<String>> timelines() {
    Map<String, List<String>> found = new TreeMap<>();
    for (String key : fixture.redis().keys(fixture.keys.pattern())) {
      if (fixture.redis().type(key).equals("zset")) {
        List<String> ids = new ArrayList<>(fixture.oldestFirst(key));
        Collections.reverse(ids);
        found.put(key, ids);
      }
    }
    return found;
  }

  /** Of users whose ids lie far apart. */
  private static long user(Random random) {
    return 1 + random.nextInt(USERS) * 1_000_003L;
  }
}
