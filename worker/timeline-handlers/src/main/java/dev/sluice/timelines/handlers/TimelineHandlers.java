package dev.sluice.timelines.handlers;

import dev.sluice.redis.Redis;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.RebuildTimelines;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Timelines;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.TransactionalHandler;
import dev.sluice.worker.longtask.LongTaskKind;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;

/**
 * The handlers of timelines, on one database and one Redis.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class TimelineHandlers implements AutoCloseable {
  private static final Duration REDIS_PAUSE = Duration.ofSeconds(5);

  private final DataSource dataSource;
  private final Timelines timelines;
  private final TimelineOptions options;
  private final InstantSource clock;
  private final LongTaskKind<PostFanOut> fanOuts;
  private final LongTaskKind<RebuildTimelines> rebuildAll;

  private TimelineHandlers(
      DataSource dataSource, Timelines timelines, TimelineOptions options, InstantSource clock) {
    this.dataSource = dataSource;
    this.timelines = timelines;
    this.options = options;
    this.clock = clock;
    fanOuts = FanOuts.adding(dataSource, timelines.store(), options, clock);
    rebuildAll = RebuildAll.kind(dataSource, timelines.rebuilder(), clock);
  }

  /**
   * Opens handlers. A Redis that is away is no error: tasks wait for it.
   *
   * @throws IllegalArgumentException when the cap is too high for the settings of Redis
   */
  public static TimelineHandlers open(ReadingOptions options) {
    return new TimelineHandlers(
        options.dataSource(), Timelines.open(options), options.timelines(), options.clock());
  }

  /** Handles {@link TimelineTasks#POST_CREATED}, effectively once. */
  public TransactionalHandler<PostCreated> postHandler() {
    return new PostHandler(fanOuts, timelines.store(), REDIS_PAUSE);
  }

  /** Registers the handlers of all other tasks of timelines. */
  public void register(Handlers handlers) {
    TimelineStore store = timelines.store();
    fanOuts.registerSteps(handlers, dataSource);
    rebuildAll.register(handlers, dataSource);
    handlers.handle(
        TimelineTasks.TRUNCATE, new TruncationHandler(store, options.cap(), REDIS_PAUSE, clock));
  }

  Redis redis() {
    return timelines.redis();
  }

  /** Reads what the handlers wrote. */
  Timelines timelines() {
    return timelines;
  }

  @Override
  public void close() {
    timelines.close();
  }
}
