package dev.sluice.worker.longtask;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of one step of a lane. */
public sealed interface Step {

  /**
   * The step is done.
   *
   * @param position where the next begins; null when the lane is at its end
   * @param units units of work done, for progress
   * @param write what commits together with the new position; null for nothing
   */
  record Done(@Nullable String position, long units, @Nullable Write write) implements Step {

    public Done {
      Slice.check(position);
    }

    /** The same, with writes that commit together with the new position. */
    public Done with(Write commitsWithIt) {
      return new Done(position, units, commitsWithIt);
    }
  }

  /** Not now: the same step again after {@code pause}, for example because Redis is away. */
  record Later(Duration pause) implements Step {}

  /** Writes that commit together with the lane's new position, or not at all. */
  @FunctionalInterface
  interface Write {
    void apply(Connection connection) throws SQLException;
  }

  /** Done up to {@code position}; more is left. */
  static Done upTo(String position, long units) {
    return new Done(position, units, null);
  }

  /** Done, and the lane with it. */
  static Done last(long units) {
    return new Done(null, units, null);
  }

  static Step later(Duration pause) {
    return new Later(pause);
  }
}
