package dev.sluice.spool;

import dev.sluice.spool.Disk.LogFile;
import java.io.Closeable;
import java.io.IOException;

/**
 * The segment that is being written, and those before it that are not synced yet.
 *
 * <p>Threading: guarded by the log's lock, except {@link #sync}, which the syncing thread calls.
 */
final class SegmentWriter implements Closeable {
  private final SegmentFile segment;
  private final LogFile file;
  private long size;
  private long records;
  private long durableSize;
  private long durableRecords;

  /** A segment whose file is new and empty; its header is written. */
  SegmentWriter(SegmentFile segment, LogFile file, long lowest) throws IOException {
    this.segment = segment;
    this.file = file;
    file.append(SpoolFormat.segmentHeader(segment.number(), lowest), SpoolFormat.HEADER_BYTES);
    size = SpoolFormat.HEADER_BYTES;
  }

  SegmentFile segment() {
    return segment;
  }

  long number() {
    return segment.number();
  }

  long size() {
    return size;
  }

  long records() {
    return records;
  }

  /** Where the records begin that are not known durable. */
  long durableSize() {
    return durableSize;
  }

  /** How many records are not known durable. */
  long undurable() {
    return records - durableRecords;
  }

  /** Appends a whole record. When it throws, the file may end with a part of it. */
  void append(byte[] record, int length) throws IOException {
    file.append(record, length);
    size += length;
    records++;
  }

  /** Cuts off the part of a record that a failed append left. */
  void cutTail() throws IOException {
    file.cut(size);
  }

  void sync() throws IOException {
    file.sync();
  }

  /** What was appended up to here is durable. */
  void durable(long upToSize, long upToRecords) {
    durableSize = upToSize;
    durableRecords = upToRecords;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
