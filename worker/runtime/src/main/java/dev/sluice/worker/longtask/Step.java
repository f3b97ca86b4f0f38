package dev.sluice.worker.longtask;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A step of a lane that is done.
 *
 * @param position where the next begins; null when the lane is at its end
 * @param units units of work done, for progress
 * @param write what commits together with the new position; null for nothing
 * @param result the return value of the step's task, anything that becomes JSON; null for none
 */
public record Step(
    @Nullable String position, long units, @Nullable Write write, @Nullable Object result) {

  public Step {
    Slice.check(position);
    if (units < 0) {
      throw new IllegalArgumentException("units must be 0 or more, is " + units);
    }
  }

  /** Writes that commit together with the lane's new position, or not at all. */
  @FunctionalInterface
  public interface Write {
    void apply(Connection connection) throws SQLException;
  }

  /** Done up to {@code position}; more is left. */
  public static Step upTo(String position, long units) {
    return new Step(position, units, null, null);
  }

  /** Done, and the lane with it. */
  public static Step last(long units) {
    return new Step(null, units, null, null);
  }

  /** The same, with writes that commit together with the new position. */
  public Step with(Write commitsWithIt) {
    return new Step(position, units, commitsWithIt, result);
  }

  /** The same, with what it reports. */
  public Step reporting(Object report) {
    return new Step(position, units, write, report);
  }
}
