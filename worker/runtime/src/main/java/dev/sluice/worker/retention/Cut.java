package dev.sluice.worker.retention;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One way of cutting a table to its retention, piece by piece.
 *
 * <p>Threading: safe for use by any number of threads.
 */
interface Cut {

  /**
   * Does a piece of it. Repeating one is harmless.
   *
   * @param started when the run began: what was younger than its retention then is not looked for
   * @param position where the last piece ended; null for the first one
   * @throws RetentionInvalid when the table is gone, or is not what it was
   */
  Piece next(Instant started, @Nullable String position) throws SQLException;

  /**
   * Looks whether it can be done.
   *
   * @throws RetentionInvalid when it cannot, saying why
   */
  void check(Connection connection) throws SQLException;

  /** Does what must be done ahead of time; a process calls it once, when it starts. */
  default void prepare() throws SQLException {}

  /**
   * A piece that is done.
   *
   * @param position where the next one begins; null when there is none
   * @param rows how many went; of a partition about how many
   * @param rest how long to leave the database alone
   * @param behind how much older the oldest row that is left is, as far as is known, than what was
   *     to go when the run began; negative when it is younger
   */
  record Piece(@Nullable String position, long rows, Duration rest, Duration behind) {
    /** Nothing old is left, and nothing has become old since. */
    static final Duration NOTHING_LEFT = Duration.ofDays(-1_000_000);

    static Piece last(long rows, Duration behind) {
      return new Piece(null, rows, Duration.ZERO, behind);
    }

    static Piece upTo(String position, long rows, Duration rest, Duration behind) {
      return new Piece(position, rows, rest, behind);
    }
  }
}
