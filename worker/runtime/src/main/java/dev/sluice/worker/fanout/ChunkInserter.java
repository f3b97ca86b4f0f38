package dev.sluice.worker.fanout;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes to the recipients of a chunk, in the transaction that moves the fan-out on: each recipient
 * gets it once, whatever crashes. Best with one multi-row statement.
 *
 * <p>Threading: called by many threads.
 *
 * @param <P> the payload
 */
@FunctionalInterface
public interface ChunkInserter<P extends Record> {

  /** Writes to each of the recipients; neither commits nor closes the connection. */
  void insert(P payload, List<Long> recipients, Connection connection) throws SQLException;
}
