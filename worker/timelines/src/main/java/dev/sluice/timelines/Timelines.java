package dev.sluice.timelines;

import dev.sluice.worker.TaskHandler;
import dev.sluice.worker.TransactionalHandler;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/**
 * The handlers and the reader of timelines, on one database and one Redis.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Timelines implements AutoCloseable {
  private static final Duration REDIS_PAUSE = Duration.ofSeconds(5);

  private final UnifiedJedis redis;
  private final PostHandler postHandler;
  private final FanOutHandler fanOutHandler;
  private final TruncationHandler truncationHandler;
  private final TimelineReader reader;

  /** For {@link #open}, and for tests that bring their own parts; closes {@code redis}. */
  Timelines(
      DataSource dataSource, UnifiedJedis redis, TimelineOptions options, InstantSource clock) {
    this.redis = redis;
    TimelineStore store = new TimelineStore(redis, options);
    FanOuts fanOuts = new FanOuts(clock);
    FanOutPlanner planner = new FanOutPlanner(fanOuts, store, options.chunk());
    postHandler = new PostHandler(planner, store, REDIS_PAUSE);
    fanOutHandler = new FanOutHandler(dataSource, fanOuts, store, options.chunk(), REDIS_PAUSE);
    truncationHandler = new TruncationHandler(store, options.cap(), REDIS_PAUSE, clock);
    reader = new TimelineReader(dataSource, store);
  }

  /**
   * Opens timelines. A Redis that is away is no error: tasks wait for it.
   *
   * @throws IllegalArgumentException when the cap is too high for the settings of Redis
   */
  public static Timelines open(DataSource dataSource, URI redisUrl, TimelineOptions options) {
    RedisClient redis = RedisConnections.open(redisUrl);
    try {
      EncodingCheck.check(redis, options.cap());
      return new Timelines(dataSource, redis, options, InstantSource.system());
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  /** Handles {@link TimelineTasks#POST_CREATED}, effectively once. */
  public TransactionalHandler<PostCreated> postHandler() {
    return postHandler;
  }

  /** Handles {@link TimelineTasks#FAN_OUT}; the row of its lane makes it effectively once. */
  public TaskHandler<FanOutStep> fanOutHandler() {
    return fanOutHandler;
  }

  /** Handles {@link TimelineTasks#TRUNCATE}, which is harmless to repeat. */
  public TaskHandler<TruncateTimelines> truncationHandler() {
    return truncationHandler;
  }

  public TimelineReader reader() {
    return reader;
  }

  @Override
  public void close() {
    redis.close();
  }
}
