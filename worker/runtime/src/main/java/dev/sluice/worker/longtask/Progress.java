package dev.sluice.worker.longtask;

import java.time.Duration;
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
 * @param lanes how many lanes it has
 * @param lanesDone how many of them are at their end
 * @param startedAt when it was planned
 * @param movedAt when a lane moved last
 * @param endedAt when it ended; null when it has not
 */
public record Progress(
    String id,
    String name,
    State state,
    long done,
    @Nullable Long total,
    int lanes,
    int lanesDone,
    Instant startedAt,
    Instant movedAt,
    @Nullable Instant endedAt) {

  /** Units of work a second, over the whole time that it has run; 0 before the first step. */
  public double rate() {
    double seconds = Duration.between(startedAt, movedAt).toMillis() / 1000.0;
    return seconds <= 0 ? 0 : done / seconds;
  }

  /** When it will be done at this rate; null when that cannot be told. */
  public @Nullable Instant eta() {
    double rate = rate();
    if (state != State.RUNNING || total == null || rate == 0) {
      return null;
    }
    long left = Math.max(0, total - done);
    return movedAt.plusMillis((long) (left / rate * 1000));
  }
}
