package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.TimelineScan;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TruncationTally.Truncated;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts timelines to their retention, a lane for each server of Redis: {@code upTo} of its slice is
 * the name of a walk, {@code after} where that has come to. It touches nothing but timelines, and
 * repeating a step is harmless.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class TruncationSteps implements LongTask<TruncationRun> {
  /** Timelines of a step at most, about; some 20 ms. */
  private static final int MOST = 1000;

  private static final int FEWEST = 10;

  /** Where few keys are timelines: so many pages and no more make a step. */
  private static final int PAGES = 20;

  /** So many keys that are no timelines count as much as one timeline, for the rate. */
  private static final int KEYS = 20;

  private final TimelineStore store;
  private final Duration pause;

  /**
   * @param pause how long a step waits when Redis is away
   */
  TruncationSteps(TimelineStore store, Duration pause) {
    this.store = store;
    this.pause = pause;
  }

  @Override
  public Plan plan(TruncationRun run, Connection connection) {
    try {
      return new Plan(
          store.scan().walks().stream().map(walk -> new Slice(null, walk)).toList(), null);
    } catch (RedisUnavailable e) {
      throw away(e);
    }
  }

  /** At a low rate the steps are small: each has its turn within about a second. */
  @Override
  public LongTaskOptions pace(TruncationRun run, LongTaskOptions ofKind) {
    long rate = run.ratePerSecond();
    int units = rate == 0 ? MOST : (int) Math.max(FEWEST, Math.min(MOST, rate));
    return ofKind.unitsPerSecond(rate).unitsOfStep(units);
  }

  @Override
  public Step step(TruncationRun run, Slice slice) {
    try {
      return step(run, Objects.requireNonNull(slice.upTo()), slice.after());
    } catch (RedisUnavailable e) {
      throw away(e);
    }
  }

  private Step step(TruncationRun run, String walk, @Nullable String from) {
    TimelineScan scan = store.scan();
    int most = pace(run, LongTaskOptions.DEFAULTS).unitsOfStep();
    Instant oldest = Instant.ofEpochMilli(run.oldest());
    @Nullable String position = from;
    long timelines = 0;
    long removed = 0;
    long units = 0;
    for (int pages = 0; pages < PAGES && timelines < (most + 1) / 2; pages++) {
      TimelineScan.Page page = scan.next(walk, position, most);
      removed += store.truncate(page.timelines(), oldest, run.cap());
      timelines += page.timelines().size();
      units += Math.max(page.timelines().size(), (most + KEYS - 1) / KEYS);
      position = page.position();
      if (position == null) {
        break;
      }
    }
    if (timelines > 0) {
      store.truncations().add(run.run(), new Truncated(timelines, removed));
    }
    return position == null ? Step.last(units) : Step.upTo(position, units);
  }

  private NotNow away(RedisUnavailable e) {
    return new NotNow("Redis is away", pause, e);
  }
}
