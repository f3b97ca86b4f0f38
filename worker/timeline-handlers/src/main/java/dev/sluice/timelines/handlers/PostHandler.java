package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.IdleUsers;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TransactionalHandler;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.NotNow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  private final PostRows posts = new PostRows();
  private final Users users = new Users();
  private final LongTaskKind<PostFanOut> adding;
  private final TimelineStore store;
  private final TimelineOptions options;
  private final Duration pause;

  /**
   * @param pause how long a post waits when Redis is away
   */
  PostHandler(
      LongTaskKind<PostFanOut> adding,
      TimelineStore store,
      TimelineOptions options,
      Duration pause) {
    this.adding = adding;
    this.store = store;
    this.options = options;
    this.pause = pause;
  }

  @Override
  public Outcome handle(PostCreated payload, TaskContext task, Connection connection)
      throws Exception {
    String wrong = wrong(payload);
    if (wrong != null) {
      return Outcome.dead(wrong);
    }
    Post post =
        new Post(
            payload.post(),
            payload.author(),
            Instant.ofEpochMilli(payload.createdAt()),
            text(payload));
    PostRows.Locked present = posts.insert(connection, post);
    if (present != null) {
      return alreadyThere(post, present);
    }
    try {
      write(post, task, connection);
      return Outcome.completed();
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    } catch (NotNow e) {
      return Outcome.snooze(e.pause());
    }
  }

  private void write(Post post, TaskContext task, Connection connection) throws Exception {
    // Before planning: who follows during the fan-out finds the post in the profile.
    store.add(
        List.of(store.keys().everyone(), store.keys().profile(post.author())),
        post.id(),
        post.createdAt());
    boolean merged = isMerged(users.find(connection, post.author()));
    if (!merged) {
      fanOut(post, task, connection);
    }
    // Last, as it locks the author's row, for which all who follow just now have to wait.
    users.countPost(connection, post.author(), 1);
    if (merged) {
      users.merge(connection, post.author());
    }
  }

  private static @Nullable String wrong(PostCreated payload) {
    String text = text(payload);
    return Checks.first(
        Checks.id("post", payload.post()),
        Checks.id("author", payload.author()),
        Checks.time("createdAt", payload.createdAt()),
        text.codePointCount(0, text.length()) > MAX_TEXT
            ? "the text of post " + payload.post() + " has more than " + MAX_TEXT + " characters"
            : null);
  }

  private static String text(PostCreated payload) {
    return payload.text() == null ? "" : payload.text();
  }

  /** The inbox knows tasks, not posts: the same post may have been enqueued under two task ids. */
  private static Outcome alreadyThere(Post post, PostRows.Locked present) {
    if (present.post().author() != post.author()) {
      return Outcome.dead(
          (present.deleted() ? "a deleted post of user " : "a post of user ")
              + present.post().author()
              + " has the id "
              + post.id()
              + ", this one is of user "
              + post.author()
              + "; post ids must be unique");
    }
    if (present.deleted()) {
      return Outcome.discarded("post " + post.id() + " was deleted");
    }
    boolean same =
        present.post().createdAt().equals(post.createdAt().truncatedTo(ChronoUnit.MILLIS))
            && present.post().text().equals(post.text());
    return same
        ? Outcome.completed()
        : Outcome.dead("another post has the id " + post.id() + "; post ids must be unique");
  }

  /** Once an author is too widely followed, that stays so. */
  private boolean isMerged(Users.Counters author) {
    long threshold = options.celebrityFollowers();
    return author.merged() || threshold > 0 && author.followers() > threshold;
  }

  private void fanOut(Post post, TaskContext task, Connection connection) throws Exception {
    PostFanOut payload = FanOuts.payload(post);
    if (options.idleUsers() == IdleUsers.SKIP) {
      // Who returns while this commits would be left out by a fan-out that ran before, and could
      // not read the post yet.
      task.enqueue(TimelineTasks.FAN_OUT, payload);
    } else {
      adding.start(connection, task, payload, FanOuts.key(post.id()));
    }
  }
}
