package dev.sluice.worker.longtask;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a long task is cut into lanes.
 *
 * @param lanes one slice for each; none when nothing is left to do
 * @param total how many units of work there are, as far as known; null when not. Only shown
 */
public record Plan(List<Slice> lanes, @Nullable Long total) {

  public Plan {
    lanes = List.copyOf(lanes);
  }

  /** Nothing is left to do: the work is so small that planning it did it. */
  public static Plan done(long total) {
    return new Plan(List.of(), total);
  }

  /** One lane over everything. */
  public static Plan oneLane() {
    return new Plan(List.of(Slice.ALL), null);
  }
}
