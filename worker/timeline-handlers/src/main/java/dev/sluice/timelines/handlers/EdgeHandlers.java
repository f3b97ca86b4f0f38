package dev.sluice.timelines.handlers;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.timelines.Edge;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Unfollow;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Handles follow and unfollow: the edge, both counters and the task that brings the timeline in
 * line commit together. Of two changes of an edge the later one stands, in whatever order they
 * arrive.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class EdgeHandlers {
  /**
   * A fan-out that read its page of followers before an unfollow may write it after the removal; by
   * then it will have. The same goes for a worker that was thought dead.
   */
  static final Duration UNTIL_STRAGGLERS_ARE_DONE = Duration.ofSeconds(60);

  private final Edges edges = new Edges();
  private final Users users = new Users();

  Outcome follow(Follow payload, TaskContext task, Connection connection) throws SQLException {
    Edge edge = new Edge(payload.follower(), payload.author());
    return change(edge, payload.at(), true, task, connection);
  }

  Outcome unfollow(Unfollow payload, TaskContext task, Connection connection) throws SQLException {
    Edge edge = new Edge(payload.follower(), payload.author());
    return change(edge, payload.at(), false, task, connection);
  }

  private Outcome change(
      Edge edge, long at, boolean active, TaskContext task, Connection connection)
      throws SQLException {
    String wrong = wrong(edge, at);
    if (wrong != null) {
      return Outcome.dead(wrong);
    }
    Edges.At to = new Edges.At(active, Edges.version(at, active));
    if (!edges.change(connection, edge.author(), edge.follower(), to)) {
      return Outcome.completed();
    }
    users.countEdge(connection, edge.follower(), edge.author(), active ? 1 : -1);
    task.enqueue(TimelineTasks.EDGE_CHANGED, edge);
    if (!active) {
      task.enqueue(
          TimelineTasks.EDGE_CHANGED,
          edge,
          EnqueueOptions.DEFAULTS.delay(UNTIL_STRAGGLERS_ARE_DONE));
    }
    return Outcome.completed();
  }

  private static @Nullable String wrong(Edge edge, long at) {
    return Checks.first(
        Checks.id("follower", edge.follower()),
        Checks.id("author", edge.author()),
        edge.follower() == edge.author()
            ? "user " + edge.follower() + " cannot follow itself"
            : null,
        Checks.time("at", at));
  }
}
