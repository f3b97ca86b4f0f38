package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
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
import javax.sql.DataSource;

/** The kinds of fan-out of timelines. */
final class FanOuts {
  /** How long a chunk waits when Redis is away. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private FanOuts() {}

  /** Brings a post to all followers; its key is the post's id. */
  static LongTaskKind<PostFanOut> adding(
      DataSource dataSource, TimelineStore store, TimelineOptions options, InstantSource clock) {
    return FanOut.of(
        TimelineTasks.FAN_OUT,
        dataSource,
        new Followers(),
        whenThere(
            (post, followers) ->
                store.add(
                    timelines(store, followers),
                    post.post(),
                    Instant.ofEpochMilli(post.createdAt()))),
        of(options),
        clock);
  }

  private static FanOutOptions of(TimelineOptions options) {
    return FanOutOptions.DEFAULTS.queue(TimelineTasks.FAN_OUT_QUEUE).chunk(options.chunk());
  }

  private static List<String> timelines(TimelineStore store, List<Long> followers) {
    return followers.stream().map(store.keys()::following).toList();
  }

  private static ChunkWriter<PostFanOut> whenThere(ChunkWriter<PostFanOut> writer) {
    return (post, followers) -> {
      try {
        writer.write(post, followers);
      } catch (RedisUnavailable e) {
        throw new NotNow("Redis is away", PAUSE, e);
      }
    };
  }
}
