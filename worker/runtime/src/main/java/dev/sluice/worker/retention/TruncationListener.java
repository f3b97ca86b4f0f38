package dev.sluice.worker.retention;

/** Hears how truncations go. */
public interface TruncationListener {

  /**
   * Rows went.
   *
   * @param table what the configuration calls the table
   * @param rows of a partition about how many
   * @param behindSeconds how much older than its retention the oldest row is that is left, as far
   *     as is known
   */
  default void truncated(String table, String database, long rows, long behindSeconds) {}

  /** A run is done. */
  default void done(TruncationReport report) {}
}
