package dev.sluice.spool;

import dev.sluice.spool.SpoolFormat.RecordHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records that a failed sync left in doubt into a new segment, with their sequences. It
 * gets its name only when it is whole and durable: readers prefer it to the segments before it.
 *
 * <p>Threading: guarded by the log's lock.
 */
final class Rewrite {
  private final Path folder;
  private final Disk disk;
  private final List<SegmentWriter> poisoned;

  Rewrite(Path folder, Disk disk, List<SegmentWriter> poisoned) {
    this.folder = folder;
    this.disk = disk;
    this.poisoned = poisoned;
  }

  /**
   * Writes the new segment.
   *
   * @return it, durable; null when no record was in doubt
   */
  @Nullable SegmentWriter into(long number) throws IOException {
    List<SpoolRecord> inDoubt = inDoubt();
    if (inDoubt.isEmpty()) {
      return null;
    }
    SegmentFile segment = SegmentFile.of(folder, number);
    Path unnamed = segment.path().resolveSibling(segment.path().getFileName() + Leftovers.UNNAMED);
    Disk.LogFile file = disk.create(unnamed);
    try {
      SegmentWriter writer = new SegmentWriter(segment, file, inDoubt.get(0).sequence());
      for (SpoolRecord each : inDoubt) {
        byte[] record = bytes(number, each);
        writer.append(record, record.length);
      }
      writer.sync();
      writer.durable(writer.size(), writer.records());
      disk.rename(unnamed, segment.path());
      disk.syncFolder(folder);
      return writer;
    } catch (IOException e) {
      file.close();
      Files.deleteIfExists(unnamed);
      throw e;
    }
  }

  /** Read back: what the system still has of it is checked by its checksums. */
  private List<SpoolRecord> inDoubt() throws IOException {
    List<SpoolRecord> all = new ArrayList<>();
    long expected = 0;
    for (SegmentWriter each : poisoned) {
      expected += each.undurable();
      try (SegmentReader reader =
          new SegmentReader(each.segment(), each.durableSize(), new Damage())) {
        for (SpoolRecord found = reader.next(true); found != null; found = reader.next(true)) {
          all.add(found);
        }
      }
    }
    if (all.size() != expected) {
      throw new IOException(
          "of " + expected + " records in doubt " + all.size() + " could be read back");
    }
    return all;
  }

  private static byte[] bytes(long number, SpoolRecord each) {
    byte[] body = each.body();
    byte[] record = new byte[SpoolFormat.HEADER_BYTES + body.length];
    int crc = SpoolFormat.crc(body, 0, body.length);
    SpoolFormat.putRecordHeader(
        record,
        number,
        new RecordHeader(body.length, each.sequence(), each.appendedAt().toEpochMilli(), crc));
    System.arraycopy(body, 0, record, SpoolFormat.HEADER_BYTES, body.length);
    return record;
  }
}
