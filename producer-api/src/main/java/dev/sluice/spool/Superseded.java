package dev.sluice.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * Knows from which sequence on the records of a segment are read from later ones instead, where
 * they were written again.
 *
 * <p>Threading: for one thread, its reader's.
 */
final class Superseded {
  private final Path folder;
  private final TreeMap<Long, Long> lowestByNumber = new TreeMap<>();

  Superseded(Path folder) {
    this.folder = folder;
  }

  /** The first sequence not to be read from a segment; the greatest long when there is none. */
  long from(long number) throws IOException {
    lowestByNumber.headMap(number, true).clear();
    for (SegmentFile segment : SegmentFile.list(folder)) {
      if (segment.number() > number && !lowestByNumber.containsKey(segment.number())) {
        lowestByNumber.put(segment.number(), segment.lowest());
      }
    }
    return lowestByNumber.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }
}
