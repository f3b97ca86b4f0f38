package dev.sluice.cli.demo;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Who follows whom. Users have an id and an index from 0; everything but the id is by index.
 *
 * <p>Threading: immutable.
 */
final class FollowerGraph {
  private final long[] ids;

  /** Edges of author a lie at offsets[a] to offsets[a + 1]. */
  private final int[] offsets;

  private final int[] followers;

  private FollowerGraph(long[] ids, int[] offsets, int[] followers) {
    this.ids = ids;
    this.offsets = offsets;
    this.followers = followers;
  }

  int users() {
    return ids.length;
  }

  int edges() {
    return followers.length;
  }

  long id(int user) {
    return ids[user];
  }

  /** The followers of an author, without duplicates. */
  IntStream followers(int author) {
    return Arrays.stream(followers, offsets[author], offsets[author + 1]);
  }

  int followerCount(int author) {
    return offsets[author + 1] - offsets[author];
  }

  /** The user with the most followers. */
  int celebrity() {
    int most = 0;
    for (int user = 1; user < users(); user++) {
      if (followerCount(user) > followerCount(most)) {
        most = user;
      }
    }
    return most;
  }

  /** Collects edges. Not thread-safe. */
  static final class Builder {
    private final Map<Long, Integer> indices = new HashMap<>();
    private long[] ids = new long[1024];
    private long[] edges = new long[1024];
    private int count;

    /** Adds an edge, unless the two are one user. The same edge may be added again. */
    Builder follows(long follower, long author) {
      if (follower == author) {
        return this;
      }
      if (count == edges.length) {
        edges = Arrays.copyOf(edges, grown(count));
      }
      edges[count++] = (long) index(author) << 32 | index(follower);
      return this;
    }

    FollowerGraph build() {
      Arrays.sort(edges, 0, count);
      int users = indices.size();
      int[] offsets = new int[users + 1];
      int[] followers = new int[count];
      int kept = 0;
      for (int i = 0; i < count; i++) {
        if (i == 0 || edges[i] != edges[i - 1]) {
          followers[kept++] = (int) edges[i];
          offsets[(int) (edges[i] >>> 32) + 1]++;
        }
      }
      for (int user = 0; user < users; user++) {
        offsets[user + 1] += offsets[user];
      }
      return new FollowerGraph(Arrays.copyOf(ids, users), offsets, Arrays.copyOf(followers, kept));
    }

    private int index(long id) {
      Integer known = indices.get(id);
      if (known != null) {
        return known;
      }
      int index = indices.size();
      if (index == ids.length) {
        ids = Arrays.copyOf(ids, grown(index));
      }
      ids[index] = id;
      indices.put(id, index);
      return index;
    }

    private static int grown(int length) {
      if (length > Integer.MAX_VALUE / 3 * 2) {
        throw new IllegalArgumentException("a graph may have at most 1.4 billion edges");
      }
      return length + length / 2;
    }
  }
}
