package dev.sluice.cli.demo;

import dev.sluice.task.TaskIds;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chooses the demo's posts: authors at random, every hundredth post and at least one by the
 * celebrity; every tenth post so old that the truncation has to remove it.
 */
final class PostPlan {
  private static final int CELEBRITY_EVERY = 100;
  private static final int OLD_EVERY = 10;
  private static final Duration YOUNGEST_OLD = Duration.ofDays(31);
  private static final Duration OLDEST_OLD = Duration.ofDays(60);
  private static final Duration OLDEST_DUE = Duration.ofDays(7);

  private PostPlan() {}

  /**
   * Plans posts.
   *
   * @param count 1 to 1000000
   * @param now no post is younger
   */
  static List<PlannedPost> of(FollowerGraph graph, int count, Instant now, RandomGenerator random) {
    int celebrity = graph.celebrity();
    List<PlannedPost> posts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int author = i % CELEBRITY_EVERY == 0 ? celebrity : random.nextInt(graph.users());
      boolean old = i % OLD_EVERY == OLD_EVERY - 1;
      Duration age =
          old
              ? between(YOUNGEST_OLD, OLDEST_OLD, random)
              : between(Duration.ZERO, OLDEST_DUE, random);
      Instant createdAt = Instant.ofEpochMilli(now.minus(age).toEpochMilli());
      posts.add(
          new PlannedPost(
              TaskIds.next(now, random).toString(),
              author,
              old,
              new PostCreated(
                  PostIds.of(createdAt, i),
                  graph.id(author),
                  createdAt.toEpochMilli(),
                  "Post number " + (i + 1))));
    }
    return posts;
  }

  private static Duration between(Duration least, Duration most, RandomGenerator random) {
    return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis()));
  }
}
