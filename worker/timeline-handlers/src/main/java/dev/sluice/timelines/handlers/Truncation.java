package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.timelines.TruncationTally.Truncated;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.NotNow;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truncation of all timelines: a long task, one at a time, then a task that tells what it did.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Truncation {
  private static final Logger log = LoggerFactory.getLogger(Truncation.class);
  private static final String QUEUE = TimelineTasks.TRUNCATE.queue();
  private static final String ALL = "all";
  private static final double MILLIS = 1000;
  private static final TaskType<TruncationRun> RUN =
      TaskType.of("sluice.truncate_all_timelines", TruncationRun.class).queue(QUEUE);
  static final TaskType<TruncationRun> TRUNCATED =
      TaskType.of("sluice.timelines_truncated", TruncationRun.class).queue(QUEUE);

  private final DataSource dataSource;
  private final TimelineStore store;
  private final TimelineOptions options;
  private final Duration pause;
  private final InstantSource clock;
  private final LongTaskKind<TruncationRun> truncating;

  /**
   * @param pause how long the truncation waits when Redis is away
   */
  Truncation(
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
    truncating =
        LongTaskKind.of(
                RUN,
                new TruncationSteps(store, pause),
                LongTaskOptions.DEFAULTS.queue(QUEUE),
                clock)
            .whenDone(TRUNCATED, Function.identity());
  }

  /**
   * What a run did.
   *
   * @param timelines how many were looked at
   * @param removed entries that were too old or over the cap
   * @param seconds how long it took
   */
  record Report(long timelines, long removed, double seconds, double timelinesPerSecond) {}

  void register(Handlers handlers) {
    truncating.registerSteps(handlers, dataSource);
    handlers.handle(TimelineTasks.TRUNCATE, this::start);
    handlers.handle(TRUNCATED, this::truncated);
  }

  private Outcome start(TruncateTimelines payload, TaskContext task, Connection connection)
      throws Exception {
    TruncationRun run =
        new TruncationRun(
            task.taskId(),
            clock.instant().minus(payload.maxAge()).toEpochMilli(),
            payload.capOr(options.cap()),
            payload.ratePerSecondOr(options.truncationsPerSecond()),
            clock.millis());
    try {
      return truncating.startAgain(connection, task, run, ALL)
          ? Outcome.completed(run)
          : Outcome.discarded("the truncation before this one has not ended");
    } catch (NotNow e) {
      return Outcome.snooze(e.pause());
    }
  }

  private Outcome truncated(TruncationRun run, TaskContext task) {
    try {
      Truncated did = store.truncations().ended(run.run());
      double seconds = (clock.millis() - run.started()) / MILLIS;
      Report report =
          new Report(
              did.timelines(),
              did.removed(),
              seconds,
              seconds > 0 ? Math.round(10 * did.timelines() / seconds) / 10.0 : 0);
      log.info(
          "Truncation {} removed {} entries from {} timelines in {} s, {} timelines/s",
          run.run(),
          report.removed(),
          report.timelines(),
          report.seconds(),
          report.timelinesPerSecond());
      return Outcome.completed(report);
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    }
  }
}
