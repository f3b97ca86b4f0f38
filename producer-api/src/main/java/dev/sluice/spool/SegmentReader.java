package dev.sluice.spool;

import dev.sluice.spool.SpoolFormat.RecordHeader;
import dev.sluice.spool.SpoolFormat.SegmentHeader;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole records of one segment, in order, and passes over what is damaged.
 *
 * <p>Threading: for one thread; the segment may be written meanwhile, by this or another process.
 */
final class SegmentReader implements Closeable {
  private final SegmentFile segment;
  private final FileWindow file;
  private final Damage damage;

  private long number;
  private boolean begun;
  private long offset;
  private long searched;
  private long checkedTwice = -1;

  /**
   * Opens a segment.
   *
   * @param start where to begin: 0, or where a record ended
   * @throws java.io.FileNotFoundException when it is gone
   */
  SegmentReader(SegmentFile segment, long start, Damage damage) throws IOException {
    this.segment = segment;
    this.file = new FileWindow(segment.path());
    this.damage = damage;
    number = segment.number();
    offset = start;
  }

  /** Where the next record begins, or the unfinished tail. */
  long offset() {
    return offset;
  }

  /**
   * The next whole record.
   *
   * @param sealed whether nothing more is written to the segment: then an unfinished tail is damage
   * @return null when there is none; not yet, unless sealed
   * @throws SpoolException when the segment's format is unknown
   */
  @Nullable SpoolRecord next(boolean sealed) throws IOException {
    if (!begun) {
      readSegmentHeader();
    }
    while (file.has(offset, 1)) {
      RecordHeader header = offset == 0 ? null : headerAt(offset);
      if (header != null) {
        SpoolRecord record = record(header);
        if (record != null) {
          return record;
        }
      }
      if (!skipDamage(sealed)) {
        break;
      }
    }
    // An unfinished tail may be cut off and written anew.
    file.forget();
    return null;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void readSegmentHeader() throws IOException {
    if (!file.has(0, SpoolFormat.HEADER_BYTES)) {
      return;
    }
    int at = file.load(0, SpoolFormat.HEADER_BYTES);
    SegmentHeader header = SpoolFormat.readSegmentHeader(file.bytes(), at);
    if (header == null) {
      return;
    }
    if (header.version() != SpoolFormat.VERSION) {
      throw new SpoolException(
          segment.path()
              + " has the format version "
              + header.version()
              + ", this Sluice knows "
              + SpoolFormat.VERSION
              + ": let the version that wrote it drain it, with `ops/sluice relay "
              + segment.path().getParent()
              + "`",
          null);
    }
    number = header.number();
    begun = true;
    if (offset == 0) {
      moveTo(SpoolFormat.HEADER_BYTES);
    }
  }

  private @Nullable RecordHeader headerAt(long at) throws IOException {
    if (!file.has(at, SpoolFormat.HEADER_BYTES)) {
      return null;
    }
    int start = file.load(at, SpoolFormat.HEADER_BYTES);
    return SpoolFormat.readRecordHeader(file.bytes(), start, number);
  }

  /** The record at the offset; null when its body is not all there or damaged. */
  private @Nullable SpoolRecord record(RecordHeader header) throws IOException {
    long start = offset + SpoolFormat.HEADER_BYTES;
    if (!file.has(start, header.length())) {
      return null;
    }
    int at = file.load(start, header.length());
    byte[] body = Arrays.copyOfRange(file.bytes(), at, at + header.length());
    if (SpoolFormat.crc(body, 0, body.length) != header.bodyCrc()) {
      return null;
    }
    moveTo(start + header.length());
    return new SpoolRecord(
        new SpoolPosition(header.sequence(), segment.number(), offset),
        Instant.ofEpochMilli(header.appendedMillis()),
        body);
  }

  /** Moves to the next whole header. Without one: to the end when sealed, else it is false. */
  private boolean skipDamage(boolean sealed) throws IOException {
    long at = Math.max(offset + 1, searched);
    long length = file.length();
    while (at + SpoolFormat.HEADER_BYTES <= length && headerAt(at) == null) {
      at = file.nextMagic(at + 1);
    }
    boolean found = at + SpoolFormat.HEADER_BYTES <= length;
    if (!found && !sealed) {
      searched = Math.max(offset + 1, length - SpoolFormat.HEADER_BYTES + 1);
      return false;
    }
    if (checkedTwice != offset) {
      // What was in memory may have been a tail that was written anew since.
      checkedTwice = offset;
      file.forget();
      return true;
    }
    long end = found ? at : length;
    damage.skipped(segment, offset, end - offset);
    moveTo(end);
    return true;
  }

  private void moveTo(long newOffset) {
    offset = newOffset;
    searched = newOffset;
  }
}
