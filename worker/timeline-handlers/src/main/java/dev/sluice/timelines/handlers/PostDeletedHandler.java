package dev.sluice.timelines.handlers;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostChanged;
import dev.sluice.timelines.PostChanges;
import dev.sluice.timelines.PostDeleted;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TransactionalHandler;
import dev.sluice.worker.longtask.LongTaskKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Deletes a post: from the table, the public timeline and the author's profile at once, from the
 * followers' by a removal that starts when no step of the post's own fan-out is under way any more.
 * One that comes before its post leaves the tombstone that refuses it.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class PostDeletedHandler implements TransactionalHandler<PostDeleted> {
  private final PostRows posts = new PostRows();
  private final Users users = new Users();
  private final LongTaskKind<PostFanOut> adding;
  private final TimelineStore store;
  private final PostChanges changes;
  private final Duration pause;
  private final InstantSource clock;

  /**
   * @param pause how long a deletion waits when Redis is away
   */
  PostDeletedHandler(
      LongTaskKind<PostFanOut> adding,
      TimelineStore store,
      PostChanges changes,
      Duration pause,
      InstantSource clock) {
    this.adding = adding;
    this.store = store;
    this.changes = changes;
    this.pause = pause;
    this.clock = clock;
  }

  @Override
  public Outcome handle(PostDeleted payload, TaskContext task, Connection connection)
      throws Exception {
    String wrong =
        Checks.first(
            Checks.id("post", payload.post()),
            Checks.id("author", payload.author()),
            Checks.time("createdAt", payload.createdAt()));
    if (wrong != null) {
      return Outcome.dead(wrong);
    }
    Instant now = clock.instant();
    Post asked =
        new Post(payload.post(), payload.author(), Instant.ofEpochMilli(payload.createdAt()), "");
    PostRows.Locked present = posts.lock(connection, asked.id());
    if (present == null) {
      present = posts.insertTombstone(connection, asked, now);
    }
    if (present != null && present.post().author() != asked.author()) {
      return Outcome.dead(notTheAuthor(asked, present));
    }
    if (present != null && present.deleted()) {
      return Outcome.completed();
    }
    try {
      hide(asked, task);
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    }
    if (present == null) {
      beforeItsPost(asked, task);
    } else {
      posts.delete(connection, asked.id(), now);
      removeFromFollowers(present.post(), task, connection);
      users.countPost(connection, asked.author(), -1);
    }
    return Outcome.completed();
  }

  private static String notTheAuthor(Post asked, PostRows.Locked present) {
    return "post "
        + asked.id()
        + " is of user "
        + present.post().author()
        + ", not of user "
        + asked.author()
        + ", and stays as it is; name its author to delete it";
  }

  private void hide(Post post, TaskContext task) {
    store.remove(List.of(store.keys().everyone(), store.keys().profile(post.author())), post.id());
    changes.deleted(post.id());
    task.enqueue(TimelineTasks.POST_CHANGED, new PostChanged(post.id()));
  }

  /** An attempt to write the post may have been cut short after it had reached followers. */
  private void beforeItsPost(Post post, TaskContext task) {
    PostFanOut removal = FanOuts.payload(post);
    task.enqueue(TimelineTasks.REMOVE, removal);
    task.enqueue(
        TimelineTasks.REMOVE,
        removal,
        EnqueueOptions.DEFAULTS.delay(EdgeHandlers.UNTIL_STRAGGLERS_ARE_DONE));
  }

  private void removeFromFollowers(Post post, TaskContext task, Connection connection)
      throws SQLException {
    String key = FanOuts.key(post.id());
    if (adding.cancel(connection, task, adding.id(key))) {
      return; // its end starts the removal
    }
    if (!users.find(connection, post.author()).merged() || adding.started(connection, key)) {
      // Not in this transaction: who begins to follow and does not see the deletion yet must be
      // among those whom the removal reads.
      task.enqueue(TimelineTasks.REMOVE, FanOuts.payload(post));
    }
  }
}
