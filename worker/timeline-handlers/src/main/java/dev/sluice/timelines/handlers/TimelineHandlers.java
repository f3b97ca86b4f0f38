package dev.sluice.timelines.handlers;

import dev.sluice.timelines.FanOutStep;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineReader;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Timelines;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.worker.TaskHandler;
import dev.sluice.worker.TransactionalHandler;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;
import redis.clients.jedis.UnifiedJedis;

/**
 * The handlers of timelines, on one database and one Redis.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class TimelineHandlers implements AutoCloseable {
  private static final Duration REDIS_PAUSE = Duration.ofSeconds(5);

  private final Runnable closing;
  private final PostHandler postHandler;
  private final FanOutHandler fanOutHandler;
  private final TruncationHandler truncationHandler;
  private final TimelineReader reader;

  private TimelineHandlers(
      DataSource dataSource,
      TimelineStore store,
      TimelineReader reader,
      TimelineOptions options,
      InstantSource clock,
      Runnable closing) {
    this.closing = closing;
    this.reader = reader;
    FanOuts fanOuts = new FanOuts(clock);
    FanOutPlanner planner = new FanOutPlanner(fanOuts, store, options.chunk());
    postHandler = new PostHandler(planner, store, REDIS_PAUSE);
    fanOutHandler = new FanOutHandler(dataSource, fanOuts, store, options.chunk(), REDIS_PAUSE);
    truncationHandler = new TruncationHandler(store, options.cap(), REDIS_PAUSE, clock);
  }

  /** For tests that bring their own parts; closes {@code redis}. */
  TimelineHandlers(
      DataSource dataSource, UnifiedJedis redis, TimelineOptions options, InstantSource clock) {
    this(dataSource, new TimelineStore(redis, options), redis, options, clock);
  }

  private TimelineHandlers(
      DataSource dataSource,
      TimelineStore store,
      UnifiedJedis redis,
      TimelineOptions options,
      InstantSource clock) {
    this(dataSource, store, new TimelineReader(dataSource, store), options, clock, redis::close);
  }

  /**
   * Opens handlers. A Redis that is away is no error: tasks wait for it.
   *
   * @throws IllegalArgumentException when the cap is too high for the settings of Redis
   */
  public static TimelineHandlers open(
      DataSource dataSource, URI redisUrl, TimelineOptions options) {
    Timelines timelines = Timelines.open(dataSource, redisUrl, options);
    return new TimelineHandlers(
        dataSource,
        timelines.store(),
        timelines.reader(),
        options,
        InstantSource.system(),
        timelines::close);
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

  /** Reads what the handlers wrote. */
  TimelineReader reader() {
    return reader;
  }

  @Override
  public void close() {
    closing.run();
  }
}
