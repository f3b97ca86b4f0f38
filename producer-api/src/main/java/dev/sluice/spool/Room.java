package dev.sluice.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the spool below its size limit. What the relay deletes, which may be another process, is
 * seen when the limit seems to be reached: only then the files are counted anew.
 *
 * <p>Threading: guarded by the log's lock.
 */
final class Room {

  /** The files are not counted more often than this. */
  static final long COUNT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Path folder;
  private final long maxBytes;
  private long bytes;
  private long countedAt;

  Room(Path folder, long maxBytes) throws IOException {
    this.folder = folder;
    this.maxBytes = maxBytes;
    count();
  }

  long maxBytes() {
    return maxBytes;
  }

  /** What the files take, as far as it is known. */
  long bytes() {
    return bytes;
  }

  /** Whether there is room for so many bytes more. */
  boolean has(long more) throws IOException {
    if (bytes + more > maxBytes && System.nanoTime() - countedAt >= COUNT_PAUSE_NANOS) {
      count();
    }
    return bytes + more <= maxBytes;
  }

  /** So many bytes were written. */
  void taken(long more) {
    bytes += more;
  }

  private void count() throws IOException {
    bytes = SegmentFile.bytes(folder);
    countedAt = System.nanoTime();
  }
}
