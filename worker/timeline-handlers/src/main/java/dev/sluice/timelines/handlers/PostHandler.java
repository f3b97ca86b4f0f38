package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.Posts;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TransactionalHandler;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.NotNow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Inserts a post and brings it to the public timeline, the author's profile and the followers.
 *
 * <p>Redis is written before the transaction commits. Adding is idempotent, so a crash in between
 * only repeats it; after the commit the inbox would refuse the second run and the entries would be
 * missing for good. Should the transaction never commit, readers drop ids that have no post.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class PostHandler implements TransactionalHandler<PostCreated> {
  private static final int MAX_TEXT = 1000;

  private final Posts posts = new Posts();
  private final LongTaskKind<PostFanOut> fanOuts;
  private final TimelineStore store;
  private final Duration pause;

  /**
   * @param pause how long a post waits when Redis is away
   */
  PostHandler(LongTaskKind<PostFanOut> fanOuts, TimelineStore store, Duration pause) {
    this.fanOuts = fanOuts;
    this.store = store;
    this.pause = pause;
  }

  @Override
  public Outcome handle(PostCreated payload, TaskContext task, Connection connection)
      throws Exception {
    String text = payload.text() == null ? "" : payload.text();
    if (text.codePointCount(0, text.length()) > MAX_TEXT) {
      return Outcome.dead(
          "the text of post " + payload.post() + " has more than " + MAX_TEXT + " characters");
    }
    Post post =
        new Post(payload.post(), payload.author(), Instant.ofEpochMilli(payload.createdAt()), text);
    if (!posts.insert(connection, post)) {
      return Outcome.dead("another post has the id " + post.id() + "; post ids must be unique");
    }
    try {
      // Before planning: who follows during the fan-out finds the post in the profile.
      store.add(
          List.of(store.keys().everyone(), store.keys().profile(post.author())),
          post.id(),
          post.createdAt());
      fanOuts.start(
          connection,
          task,
          new PostFanOut(post.id(), post.author(), payload.createdAt()),
          Long.toString(post.id()));
      return Outcome.completed();
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    } catch (NotNow e) {
      return Outcome.snooze(e.pause());
    }
  }
}
