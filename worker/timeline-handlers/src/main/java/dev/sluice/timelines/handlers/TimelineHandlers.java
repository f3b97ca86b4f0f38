package dev.sluice.timelines.handlers;

import dev.sluice.broker.BrokerException;
import dev.sluice.redis.Redis;
import dev.sluice.timelines.PostChanged;
import dev.sluice.timelines.PostChanges;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.RebuildTimelines;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Timelines;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
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
  private final PostChanges changes;
  private final InstantSource clock;
  private final LongTaskKind<PostFanOut> adding;
  private final LongTaskKind<PostFanOut> removing;
  private final LongTaskKind<RebuildTimelines> rebuildAll;

  private TimelineHandlers(
      DataSource dataSource,
      Timelines timelines,
      TimelineOptions options,
      PostChanges changes,
      InstantSource clock) {
    this.dataSource = dataSource;
    this.timelines = timelines;
    this.options = options;
    this.changes = changes;
    this.clock = clock;
    FanOuts fanOuts = new FanOuts(dataSource, timelines.store(), options, REDIS_PAUSE, clock);
    adding = fanOuts.adding();
    removing = fanOuts.removing();
    rebuildAll = RebuildAll.kind(dataSource, timelines.rebuilder(), clock);
  }

  /**
   * Opens handlers. A Redis that is away is no error: tasks wait for it.
   *
   * @throws IllegalArgumentException when the cap is too high for the settings of Redis
   */
  public static TimelineHandlers open(ReadingOptions options) {
    Timelines timelines = Timelines.open(options);
    return new TimelineHandlers(
        options.dataSource(), timelines, options.timelines(), timelines.posts(), options.clock());
  }

  /** The same, telling {@code told} of posts that change, and not the cache. */
  TimelineHandlers telling(PostChanges told) {
    return new TimelineHandlers(dataSource, timelines, options, told, clock);
  }

  /** Handles {@link TimelineTasks#POST_CREATED}, effectively once. */
  public TransactionalHandler<PostCreated> postHandler() {
    return new PostHandler(adding, timelines.store(), options, REDIS_PAUSE);
  }

  /** Registers the handlers of all other tasks of timelines. */
  public void register(Handlers handlers) {
    TimelineStore store = timelines.store();
    registerFanOuts(handlers, store);
    rebuildAll.register(handlers, dataSource);
    handlers.handle(
        TimelineTasks.POST_DELETED,
        new PostDeletedHandler(adding, store, changes, REDIS_PAUSE, clock));
    handlers.handle(TimelineTasks.POST_CHANGED, (changed, task) -> announce(changed));
    EdgeHandlers edges = new EdgeHandlers();
    handlers.handle(TimelineTasks.FOLLOW, edges::follow);
    handlers.handle(TimelineTasks.UNFOLLOW, edges::unfollow);
    handlers.handle(
        TimelineTasks.EDGE_CHANGED,
        new EdgeChangedHandler(dataSource, store, options, REDIS_PAUSE));
    new Recounts(dataSource, clock).register(handlers);
    new Truncation(dataSource, store, options, REDIS_PAUSE, clock).register(handlers);
  }

  private void registerFanOuts(Handlers handlers, TimelineStore store) {
    FanOutHandlers fanOuts = new FanOutHandlers(adding, removing, store, REDIS_PAUSE);
    adding.registerSteps(handlers, dataSource);
    removing.registerSteps(handlers, dataSource);
    handlers.handle(TimelineTasks.FAN_OUT, fanOuts::add);
    handlers.handle(TimelineTasks.REMOVE, fanOuts::remove);
    handlers.handle(TimelineTasks.FAN_OUT_CANCELLED, fanOuts::cancelled);
  }

  private Outcome announce(PostChanged changed) {
    try {
      changes.announce(changed.post());
      return Outcome.completed();
    } catch (BrokerException e) {
      return Outcome.snooze(REDIS_PAUSE);
    }
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
