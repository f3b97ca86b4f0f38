package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.Edge;
import dev.sluice.timelines.Entry;
import dev.sluice.timelines.IdleUsers;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Brings a follower's timeline in line with an edge, whichever way it stands by now. It looks at
 * the edge again when it is done: of two that do this at once, one sees what the other could not.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class EdgeChangedHandler implements TaskHandler<Edge> {
  /** An edge that changes more often than this while it is looked at is left for later. */
  private static final int MOST_LOOKS = 10;

  private final Edges edges = new Edges();
  private final Users users = new Users();
  private final PostRows posts = new PostRows();
  private final DataSource dataSource;
  private final TimelineStore store;
  private final TimelineOptions options;
  private final Duration pause;

  /**
   * @param pause how long a timeline waits when Redis is away
   */
  EdgeChangedHandler(
      DataSource dataSource, TimelineStore store, TimelineOptions options, Duration pause) {
    this.dataSource = dataSource;
    this.store = store;
    this.options = options;
    this.pause = pause;
  }

  @Override
  public Outcome handle(Edge edge, TaskContext task) throws SQLException {
    try {
      for (int looks = 0; looks < MOST_LOOKS; looks++) {
        Edges.At seen = look(edge);
        if (seen.active()) {
          backfill(edge);
        } else {
          remove(edge);
        }
        if (look(edge).equals(seen)) {
          return Outcome.completed();
        }
      }
      return Outcome.snooze(pause);
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    }
  }

  private Edges.At look(Edge edge) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return edges.find(connection, edge.author(), edge.follower());
    }
  }

  private void backfill(Edge edge) throws SQLException {
    if (options.idleUsers() == IdleUsers.SKIP && store.kept(List.of(edge.follower())).isEmpty()) {
      return;
    }
    // The profile before the table: a post that is being written is in the profile already.
    TreeSet<Entry> newest = new TreeSet<>(Entry.NEWEST_FIRST);
    newest.addAll(store.page(store.keys().profile(edge.author()), null, options.cap()));
    try (Connection connection = dataSource.getConnection()) {
      if (users.find(connection, edge.author()).merged()) {
        return;
      }
      newest.addAll(posts.newest(connection, edge.author(), options.cap()));
    }
    String timeline = store.keys().following(edge.follower());
    List<Entry> added = newest.stream().limit(options.cap()).toList();
    store.add(timeline, added);
    // A removal fan-out that had passed this follower by then does not come again.
    try (Connection connection = dataSource.getConnection()) {
      store.remove(timeline, posts.deleted(connection, added.stream().map(Entry::post).toList()));
    }
  }

  private void remove(Edge edge) throws SQLException {
    String timeline = store.keys().following(edge.follower());
    List<Long> present =
        store.page(timeline, null, options.cap()).stream().map(Entry::post).toList();
    List<Long> removed;
    try (Connection connection = dataSource.getConnection()) {
      removed = posts.by(connection, edge.author(), present);
    }
    // What the cap had cut off belongs to it again. Said first, for if this is broken off after the
    // removal nothing tells that it was full; and again, for a reader who rebuilt it meanwhile.
    boolean full = !removed.isEmpty() && present.size() >= options.cap();
    if (full) {
      store.unkeep(edge.follower());
    }
    store.remove(timeline, removed);
    if (full) {
      store.unkeep(edge.follower());
    }
  }
}
