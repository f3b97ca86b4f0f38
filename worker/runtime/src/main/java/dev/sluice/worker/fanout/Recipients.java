package dev.sluice.worker.fanout;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who gets what a fan-out writes: a set of ids, read page by page in ascending order, for example
 * along an index. It may change while the fan-out runs: who is added behind a lane's position is
 * missed, so have another task bring such a recipient up to date.
 *
 * <p>Threading: called by many threads.
 *
 * @param <P> the payload
 */
public interface Recipients<P extends Record> {

  /**
   * Ids in ascending order.
   *
   * @param tier which of {@link #tiers}, from 0
   * @param after only greater ids
   * @param upTo only ids not greater than this
   * @param limit how many at most; fewer mean that no more follow
   */
  List<Long> page(Connection connection, P payload, int tier, long after, long upTo, int limit)
      throws SQLException;

  /**
   * How many there are, for progress; null when nobody knows without counting. Need not be exact.
   */
  default @Nullable Long count(Connection connection, P payload) throws SQLException {
    return null;
  }

  /**
   * Least and greatest id, between which lanes are cut into equal ranges; null when there is none.
   * The default lets one lane do everything that is longer than a chunk.
   */
  default long @Nullable [] range(Connection connection, P payload) throws SQLException {
    return null;
  }

  /**
   * How many groups there are, one of which is done before the next within each lane: two, for
   * example, where active users come first.
   */
  default int tiers() {
    return 1;
  }
}
