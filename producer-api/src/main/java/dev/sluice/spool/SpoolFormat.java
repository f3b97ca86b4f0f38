package dev.sluice.spool;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a segment file, big-endian.
 *
 * <pre>
 *  &lt;number, 19 digits&gt;.log
 * +----------------+---------+--------+-----+---------+--------+-----+---------+---
 * | segment header | record  | body   |     | record  | body   |     | record  |
 * |                | header  |        |     | header  |        |     | header  | ...
 * +----------------+---------+--------+-----+---------+--------+-----+---------+---
 *
 *  segment header, 32 bytes
 *  0               8          12               20               28         32
 * +---------------+----------+----------------+----------------+----------+
 * | F5 S L U I C E F5        | number of the  | lowest sequence| CRC32C   |
 * |               | version 1| segment        | that is in it  | of 0..27 |
 * +---------------+----------+----------------+----------------+----------+
 *
 *  record header, 32 bytes
 *  0           4           8                16               24         28         32
 * +-----------+-----------+----------------+----------------+----------+----------+------
 * | F5 R E FA | length of | sequence       | appended, ms   | CRC32C   | CRC32C of| body
 * |           | the body  |                | since 1970     | of body  | 0..27 and|
 * |           |           |                |                |          | number   |
 * +-----------+-----------+----------------+----------------+----------+----------+------
 *
 *  body
 *  0            4                    4+n            12+n
 * +------------+--------------------+--------------+--------------------------------
 * | n: bytes   | queue, UTF-8       | eta, ms since| message, as MessageBytes
 * | of queue   |                    | 1970, or min | writes it
 * +------------+--------------------+--------------+--------------------------------
 * </pre>
 *
 * <p>Sequences only grow, in a segment and from one to the next; they start at the microseconds
 * since 1970 and have gaps. A segment's number is the sequence that was due when it was begun.
 * Where a sync failed, the records not known durable are written again into a new segment, with the
 * sequences they had: its lowest sequence is then less than its number, and what older segments
 * hold from that sequence on is not read any more.
 *
 * <p>After damage a reader goes on at the next header that is whole. F5 and FA occur in no UTF-8
 * text; and since the segment's number is in the checksum, and sequences grow, a copy of a record
 * inside a body is never taken for a record.
 *
 * <p>Threading: stateless.
 */
final class SpoolFormat {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 32;

  /** A longer body is damage: no broker takes it. Bounds what a reader allocates. */
  static final int MAX_BODY_BYTES = 64 << 20;

  static final int RECORD_MAGIC = 0xF55245FA;
  private static final long SEGMENT_MAGIC = 0xF5534C55494345F5L;
  private static final int CHECKED_BYTES = HEADER_BYTES - Integer.BYTES;

  /** The header of a record, found whole. */
  record RecordHeader(int length, long sequence, long appendedMillis, int bodyCrc) {}

  /** The header of a segment, found whole. */
  record SegmentHeader(int version, long number, long lowest) {}

  private SpoolFormat() {}

  static byte[] segmentHeader(long number, long lowest) {
    byte[] bytes = new byte[HEADER_BYTES];
    ByteBuffer.wrap(bytes)
        .putLong(SEGMENT_MAGIC)
        .putInt(VERSION)
        .putLong(number)
        .putLong(lowest)
        .putInt(crc(bytes, 0, CHECKED_BYTES));
    return bytes;
  }

  static void putRecordHeader(byte[] target, long segmentNumber, RecordHeader header) {
    ByteBuffer.wrap(target)
        .putInt(RECORD_MAGIC)
        .putInt(header.length)
        .putLong(header.sequence)
        .putLong(header.appendedMillis)
        .putInt(header.bodyCrc)
        .putInt(headerCrc(target, 0, segmentNumber));
  }

  /** The segment header at the start of {@code bytes}; null when it is damaged. */
  static @Nullable SegmentHeader readSegmentHeader(byte[] bytes, int offset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, HEADER_BYTES);
    if (buffer.getLong() != SEGMENT_MAGIC
        || buffer.getInt(offset + CHECKED_BYTES) != crc(bytes, offset, CHECKED_BYTES)) {
      return null;
    }
    return new SegmentHeader(buffer.getInt(), buffer.getLong(), buffer.getLong());
  }

  /** The record header at {@code offset}; null when there is none or it is damaged. */
  static @Nullable RecordHeader readRecordHeader(byte[] bytes, int offset, long segmentNumber) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, HEADER_BYTES);
    if (buffer.getInt() != RECORD_MAGIC
        || buffer.getInt(offset + CHECKED_BYTES) != headerCrc(bytes, offset, segmentNumber)) {
      return null;
    }
    int length = buffer.getInt();
    return length < 0 || length > MAX_BODY_BYTES
        ? null
        : new RecordHeader(length, buffer.getLong(), buffer.getLong(), buffer.getInt());
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static int headerCrc(byte[] bytes, int offset, long segmentNumber) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, CHECKED_BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      crc.update((int) (segmentNumber >>> shift) & 0xFF);
    }
    return (int) crc.getValue();
  }
}
