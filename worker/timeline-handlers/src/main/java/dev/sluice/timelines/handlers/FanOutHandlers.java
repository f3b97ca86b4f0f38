package dev.sluice.timelines.handlers;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.NotNow;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Handles the tasks that start fan-outs of posts, once the post, or its deletion, is committed.
 * They look at the post under its lock, so that a deletion is seen or comes after them.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class FanOutHandlers {
  private final PostRows posts = new PostRows();
  private final LongTaskKind<PostFanOut> adding;
  private final LongTaskKind<PostFanOut> removing;
  private final TimelineStore store;
  private final Duration pause;

  /**
   * @param pause how long a fan-out waits when Redis is away
   */
  FanOutHandlers(
      LongTaskKind<PostFanOut> adding,
      LongTaskKind<PostFanOut> removing,
      TimelineStore store,
      Duration pause) {
    this.adding = adding;
    this.removing = removing;
    this.store = store;
    this.pause = pause;
  }

  /** Handles {@link TimelineTasks#FAN_OUT}, unless the post was deleted meanwhile. */
  Outcome add(PostFanOut payload, TaskContext task, Connection connection) throws Exception {
    PostRows.Locked post = posts.lock(connection, payload.post());
    if (post == null || post.deleted()) {
      return Outcome.completed();
    }
    return start(adding, payload, FanOuts.key(payload.post()), task, connection);
  }

  /** Handles {@link TimelineTasks#REMOVE}, if the post was deleted. */
  Outcome remove(PostFanOut payload, TaskContext task, Connection connection) throws Exception {
    PostRows.Locked post = posts.lock(connection, payload.post());
    if (post == null || !post.deleted()) {
      return Outcome.completed();
    }
    try {
      store.remove(
          List.of(store.keys().everyone(), store.keys().profile(payload.author())), payload.post());
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    }
    return start(removing, payload, task.taskId(), task, connection);
  }

  /**
   * Handles {@link TimelineTasks#FAN_OUT_CANCELLED}: removes the post, and once more when a worker
   * that was thought dead can no longer add it.
   */
  Outcome cancelled(PostFanOut payload, TaskContext task, Connection connection)
      throws SQLException {
    task.enqueue(TimelineTasks.REMOVE, payload);
    task.enqueue(
        TimelineTasks.REMOVE,
        payload,
        EnqueueOptions.DEFAULTS.delay(EdgeHandlers.UNTIL_STRAGGLERS_ARE_DONE));
    return Outcome.completed();
  }

  private static Outcome start(
      LongTaskKind<PostFanOut> kind,
      PostFanOut payload,
      String key,
      TaskContext task,
      Connection connection)
      throws Exception {
    try {
      kind.start(connection, task, payload, key);
      return Outcome.completed();
    } catch (NotNow e) {
      return Outcome.snooze(e.pause());
    }
  }
}
