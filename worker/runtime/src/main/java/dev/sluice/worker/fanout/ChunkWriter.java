package dev.sluice.worker.fanout;

import dev.sluice.worker.longtask.NotNow;
import java.util.List;

/**
 * Writes to the recipients of a chunk, outside of any transaction. After a crash the same chunk is
 * written again, so that must do no harm: as adding to a set.
 *
 * <p>Threading: called by many threads.
 *
 * @param <P> the payload
 */
@FunctionalInterface
public interface ChunkWriter<P extends Record> {

  /**
   * Writes to each of the recipients.
   *
   * @throws NotNow to try the chunk again later
   */
  void write(P payload, List<Long> recipients) throws Exception;
}
