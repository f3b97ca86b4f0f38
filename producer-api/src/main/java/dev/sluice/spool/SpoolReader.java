package dev.sluice.spool;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole records of a spool, each sequence once, in order, across its segments.
 *
 * <p>Threading: for one thread; the spool may be written meanwhile, by this or another process.
 */
final class SpoolReader implements Closeable {
  private final Path folder;
  private final Damage damage;
  private final Superseded superseded;
  private SpoolPosition position;
  private @Nullable SegmentReader current;
  private long currentNumber;
  private long supersededFrom;

  SpoolReader(Path folder, SpoolPosition from, Damage damage) {
    this.folder = folder;
    this.damage = damage;
    superseded = new Superseded(folder);
    position = from;
  }

  /** Behind the last record that was read, in the segment where the next one is looked for. */
  SpoolPosition position() {
    return position;
  }

  /** How many damaged places were passed over. */
  long damaged() {
    return damage.count();
  }

  /** Goes on from another place: back to the first record that is not confirmed. */
  void seek(SpoolPosition to) throws IOException {
    close();
    position = to;
  }

  /**
   * The next whole record.
   *
   * @return null when there is none yet
   * @throws SpoolException when a segment's format is unknown
   * @throws IOException when a segment cannot be read
   */
  @Nullable SpoolRecord next() throws IOException {
    while (true) {
      SegmentReader reader = current == null ? openFirst() : current;
      if (reader == null) {
        return null;
      }
      SpoolRecord found = reader.next(false);
      if (found == null) {
        // In this order: whoever writes seals a segment before the next one appears.
        SegmentFile following = SegmentFile.after(folder, currentNumber);
        if (following == null) {
          return null;
        }
        supersededFrom = superseded.from(currentNumber);
        found = reader.next(true);
        if (found == null) {
          open(following, 0);
          position = new SpoolPosition(position.sequence(), following.number(), 0);
          continue;
        }
      }
      if (found.sequence() > position.sequence() && found.sequence() < supersededFrom) {
        position = found.position();
        return found;
      }
    }
  }

  /**
   * Deletes the segments that hold nothing behind {@code confirmed}; never the newest, which may be
   * written to.
   *
   * @return how many were deleted
   */
  int deleteUpTo(SpoolPosition confirmed) throws IOException {
    return SegmentFile.deleteUpTo(folder, confirmed);
  }

  @Override
  public void close() throws IOException {
    SegmentReader reader = current;
    current = null;
    if (reader != null) {
      reader.close();
    }
  }

  private @Nullable SegmentReader openFirst() throws IOException {
    SegmentFile first = SegmentFile.after(folder, position.segment() - 1);
    if (first == null) {
      return null;
    }
    return open(first, first.number() == position.segment() ? position.offset() : 0);
  }

  private @Nullable SegmentReader open(SegmentFile segment, long offset) throws IOException {
    close();
    try {
      current = new SegmentReader(segment, offset, damage);
      currentNumber = segment.number();
      supersededFrom = superseded.from(currentNumber);
    } catch (FileNotFoundException e) {
      if (Files.exists(segment.path())) {
        // Not gone but not to be opened: were it passed over, it would be deleted unread.
        throw e;
      }
      SegmentFile following = SegmentFile.after(folder, segment.number());
      return following == null ? null : open(following, 0);
    }
    return current;
  }
}
