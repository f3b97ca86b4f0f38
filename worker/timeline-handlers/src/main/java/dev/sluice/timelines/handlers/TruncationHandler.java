package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts every timeline to its retention and counts what went. It touches nothing but timelines and
 * may run at any time, also twice at once.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class TruncationHandler implements TaskHandler<TruncateTimelines> {
  private static final Logger log = LoggerFactory.getLogger(TruncationHandler.class);

  private final TimelineStore store;
  private final int cap;
  private final Duration pause;
  private final InstantSource clock;

  /**
   * @param pause how long the truncation waits when Redis is away
   */
  TruncationHandler(TimelineStore store, int cap, Duration pause, InstantSource clock) {
    this.store = store;
    this.cap = cap;
    this.pause = pause;
    this.clock = clock;
  }

  @Override
  public Outcome handle(TruncateTimelines payload, TaskContext task) {
    Instant oldest = clock.instant().minus(payload.maxAge());
    int toCap = payload.capOr(cap);
    long removed = 0;
    long timelines = 0;
    try {
      Iterator<List<String>> pages = store.names();
      while (pages.hasNext()) {
        if (task.stopRequested()) {
          return Outcome.snooze(pause);
        }
        List<String> page = pages.next();
        removed += store.truncate(page, oldest, toCap);
        timelines += page.size();
      }
      store.countTruncation(removed);
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    }
    log.info("Truncation removed {} entries older than {}", removed, oldest);
    return Outcome.completed(new Truncated(timelines, removed));
  }

  /**
   * What one run did.
   *
   * @param timelines how many were looked at
   * @param removed entries that were too old or over the cap
   */
  record Truncated(long timelines, long removed) {}
}
