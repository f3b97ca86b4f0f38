package dev.sluice.timelines.handlers;

import dev.sluice.timelines.Entry;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostDeleted;
import dev.sluice.timelines.Unfollow;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What must be in the end, computed from the tasks alone, in whatever order they are handled. */
final class GraphModel {
  private final Map<Long, PostCreated> posts = new HashMap<>();
  private final Set<Long> deleted = new HashSet<>();
  private final Map<Pair, Edges.At> edges = new HashMap<>();

  private record Pair(long follower, long author) {}

  GraphModel(Collection<? extends Record> tasks) {
    for (Record task : tasks) {
      if (task instanceof PostCreated created) {
        posts.put(created.post(), created);
      } else if (task instanceof PostDeleted deletion) {
        deleted.add(deletion.post());
      } else if (task instanceof Follow follow) {
        change(follow.follower(), follow.author(), follow.at(), true);
      } else if (task instanceof Unfollow unfollow) {
        change(unfollow.follower(), unfollow.author(), unfollow.at(), false);
      }
    }
    posts.keySet().removeAll(deleted);
  }

  private void change(long follower, long author, long at, boolean active) {
    edges.merge(
        new Pair(follower, author),
        new Edges.At(active, Edges.version(at, active)),
        (a, b) -> a.version() >= b.version() ? a : b);
  }

  /** Everyone who is on an end of an edge or wrote something. */
  Set<Long> users() {
    Set<Long> users = new TreeSet<>();
    edges.keySet().forEach(edge -> users.addAll(List.of(edge.follower(), edge.author())));
    posts.values().forEach(post -> users.add(post.author()));
    return users;
  }

  List<Long> everyone() {
    return newestFirst(post -> true);
  }

  List<Long> profile(long user) {
    return newestFirst(post -> post.author() == user);
  }

  List<Long> following(long user) {
    return newestFirst(post -> isActive(new Pair(user, post.author())));
  }

  long followers(long user) {
    return count(edge -> edge.author() == user);
  }

  long followed(long user) {
    return count(edge -> edge.follower() == user);
  }

  long posts(long user) {
    return profile(user).size();
  }

  private long count(Predicate<Pair> of) {
    return edges.keySet().stream().filter(this::isActive).filter(of).count();
  }

  private boolean isActive(Pair edge) {
    return edges.getOrDefault(edge, Edges.At.NEVER).active();
  }

  private List<Long> newestFirst(Predicate<PostCreated> due) {
    return posts.values().stream()
        .filter(due)
        .map(post -> new Entry(post.post(), Instant.ofEpochMilli(post.createdAt())))
        .sorted(Entry.NEWEST_FIRST)
        .map(Entry::post)
        .toList();
  }
}
