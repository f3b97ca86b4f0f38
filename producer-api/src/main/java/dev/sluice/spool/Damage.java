package dev.sluice.spool;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs the damaged places of a spool, each once, however often it is read.
 *
 * <p>Threading: any thread.
 */
final class Damage {
  private static final Logger log = LoggerFactory.getLogger(Damage.class);

  /** Beyond this a place may be counted again when it is read again. */
  private static final int REMEMBERED = 10_000;

  private record Place(long segment, long offset) {}

  private final Set<Place> seen = new HashSet<>();
  private long count;

  synchronized long count() {
    return count;
  }

  synchronized void skipped(SegmentFile segment, long offset, long bytes) {
    if (seen.size() >= REMEMBERED) {
      seen.clear();
    }
    if (seen.add(new Place(segment.number(), offset))) {
      count++;
      log.warn(
          "{} is damaged at offset {}: {} bytes are skipped, what was enqueued there is lost",
          segment.path(),
          offset,
          bytes);
    }
  }
}
