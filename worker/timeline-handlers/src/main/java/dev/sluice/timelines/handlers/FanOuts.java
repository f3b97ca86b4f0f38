package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.IdleUsers;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.fanout.ChunkWriter;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.NotNow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;

/** The kinds of fan-out of timelines. */
final class FanOuts {
  private final DataSource dataSource;
  private final TimelineStore store;
  private final TimelineOptions options;
  private final Duration pause;
  private final InstantSource clock;

  /**
   * @param pause how long a chunk waits when Redis is away
   */
  FanOuts(
      DataSource dataSource,
      TimelineStore store,
      TimelineOptions options,
      Duration pause,
      InstantSource clock) {
    this.dataSource = dataSource;
    this.store = store;
    this.options = options;
    this.pause = pause;
    this.clock = clock;
  }

  /** The key of the fan-out that brings a post to followers. */
  static String key(long post) {
    return Long.toString(post);
  }

  static PostFanOut payload(Post post) {
    return new PostFanOut(post.id(), post.author(), post.createdAt().toEpochMilli());
  }

  /** Brings a post to all followers, or to those alone who keep their timelines. */
  LongTaskKind<PostFanOut> adding() {
    ChunkWriter<PostFanOut> writer =
        options.idleUsers() == IdleUsers.SKIP
            ? (post, followers) -> add(post, store.kept(followers))
            : this::add;
    return kind(TimelineTasks.FAN_OUT, writer)
        .whenCancelled(TimelineTasks.FAN_OUT_CANCELLED, Function.identity());
  }

  /**
   * Takes a post from all followers, idle or not: a timeline that is not kept up would have it
   * still when its owner returns.
   */
  LongTaskKind<PostFanOut> removing() {
    return kind(
        TimelineTasks.REMOVE, (post, followers) -> store.remove(timelines(followers), post.post()));
  }

  private LongTaskKind<PostFanOut> kind(TaskType<PostFanOut> type, ChunkWriter<PostFanOut> writer) {
    FanOutOptions steps =
        FanOutOptions.DEFAULTS
            .queue(TimelineTasks.FAN_OUT_QUEUE)
            .chunk(options.chunk())
            .lanes(options.lanes())
            .writesPerSecond(options.writesPerSecond());
    return FanOut.of(type, dataSource, new Followers(), whenThere(writer), steps, clock);
  }

  private void add(PostFanOut post, List<Long> followers) {
    store.add(timelines(followers), post.post(), Instant.ofEpochMilli(post.createdAt()));
  }

  private List<String> timelines(List<Long> followers) {
    return followers.stream().map(store.keys()::following).toList();
  }

  private ChunkWriter<PostFanOut> whenThere(ChunkWriter<PostFanOut> writer) {
    return (post, followers) -> {
      try {
        writer.write(post, followers);
      } catch (RedisUnavailable e) {
        throw new NotNow("Redis is away", pause, e);
      }
    };
  }
}
