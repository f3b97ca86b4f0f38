package dev.sluice.timelines.handlers;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskIds;
import dev.sluice.timelines.FanOutStep;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.TimelineKeys;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.TaskContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * Decides how a post reaches the followers of its author: at once when they fit into one chunk,
 * else by a fan-out whose rows and first continuation commit with the post itself.
 */
final class FanOutPlanner {
  /** The post's own task may have other follow-ups one day: they count from 1. */
  private static final int ORDINAL = 0;

  private final Followers followers = new Followers();
  private final FanOuts fanOuts;
  private final TimelineStore store;
  private final int chunk;

  FanOutPlanner(FanOuts fanOuts, TimelineStore store, int chunk) {
    this.fanOuts = fanOuts;
    this.store = store;
    this.chunk = chunk;
  }

  void plan(Connection connection, TaskContext task, Post post) throws SQLException {
    // One row more than a chunk tells small from large; a counter could be out of date.
    long[] first =
        followers.page(connection, post.author(), Long.MIN_VALUE, Long.MAX_VALUE, chunk + 1);
    if (first.length <= chunk) {
      store.add(timelinesOf(first, store.keys()), post.id(), post.createdAt());
      return;
    }
    String fanOut = TaskIds.child(task.taskId(), ORDINAL).toString();
    fanOuts.insert(connection, fanOut, post);
    FanOutStep step = FanOutStep.first(fanOut, 0);
    task.enqueue(TimelineTasks.FAN_OUT, step, EnqueueOptions.DEFAULTS.taskId(step.taskId()));
  }

  static List<String> timelinesOf(long[] followers, TimelineKeys keys) {
    return Arrays.stream(followers).mapToObj(keys::following).toList();
  }
}
