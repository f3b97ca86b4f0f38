package dev.sluice.worker.longtask;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a long task is.
 *
 * @param id its id
 * @param name its kind
 * @param state where it stands
 * @param done units of work done
 * @param total units of work in all, as far as known when it was planned; null when not
 * @param rate units of work a second: of a running one over the recent past, about a quarter of a
 *     minute in which it was not paused; of one that is done over all its time; else 0
 * @param lanes how many lanes it has
 * @param lanesDone how many of them are at their end
 * @param startedAt when it was planned
 * @param movedAt when a lane moved last, or was resumed
 * @param endedAt when it ended; null when it has not
 * @param at when this was so
 */
public record Progress(
    String id,
    String name,
    State state,
    long done,
    @Nullable Long total,
    double rate,
    int lanes,
    int lanesDone,
    Instant startedAt,
    Instant movedAt,
    @Nullable Instant endedAt,
    Instant at) {

  private static final double LONGEST_SECONDS = 365 * 86_400.0;

  /** When it will be done at this rate; null when that cannot be told, or is over a year away. */
  public @Nullable Instant eta() {
    if (state != State.RUNNING || total == null || rate <= 0) {
      return null;
    }
    double seconds = Math.max(0, total - done) / rate;
    return seconds > LONGEST_SECONDS ? null : at.plusMillis((long) (seconds * 1000));
  }
}
