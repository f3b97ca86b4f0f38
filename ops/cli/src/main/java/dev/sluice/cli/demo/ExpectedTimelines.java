package dev.sluice.cli.demo;

import dev.sluice.timelines.TimelineKeys;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What every timeline must hold in the end, computed from the graph and the posts alone: the newest
 * {@code cap} of the posts that belong there and are not too old.
 */
final class ExpectedTimelines {
  private final Map<String, Ids> timelines = new HashMap<>();
  private final int cap;

  private ExpectedTimelines(int cap) {
    this.cap = cap;
  }

  static ExpectedTimelines of(
      FollowerGraph graph, List<PlannedPost> posts, int cap, TimelineKeys keys) {
    ExpectedTimelines expected = new ExpectedTimelines(cap);
    posts.stream()
        .filter(post -> !post.old())
        .sorted(
            Comparator.comparing((PlannedPost post) -> post.payload().createdAt())
                .thenComparing(post -> post.payload().post())
                .reversed())
        .forEach(
            post -> {
              long id = post.payload().post();
              expected.add(keys.everyone(), id);
              expected.add(keys.profile(graph.id(post.author())), id);
              graph
                  .followers(post.author())
                  .forEach(follower -> expected.add(keys.following(graph.id(follower)), id));
            });
    return expected;
  }

  /** Ids of posts by the timeline's key, newest first. */
  Map<String, Ids> timelines() {
    return Collections.unmodifiableMap(timelines);
  }

  /** Entries of all timelines together. */
  long entries() {
    return timelines.values().stream().mapToLong(ids -> ids.count).sum();
  }

  private void add(String timeline, long post) {
    Ids ids = timelines.computeIfAbsent(timeline, key -> new Ids());
    if (ids.count < cap) {
      ids.add(post);
    }
  }

  /** A list of ids that does not box them. */
  static final class Ids {
    private long[] values = new long[4];
    private int count;

    private void add(long id) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = id;
    }

    int count() {
      return count;
    }

    long get(int place) {
      return values[place];
    }
  }
}
