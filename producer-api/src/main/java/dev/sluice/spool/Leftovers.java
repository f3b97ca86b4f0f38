package dev.sluice.spool;

import dev.sluice.spool.SpoolFormat.RecordHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what an earlier writer left in a folder: cuts off a torn tail, finds the sequence to
 * go on with.
 *
 * <p>Threading: for the thread that opens the spool and has the writer's lock.
 */
final class Leftovers {
  static final String UNNAMED = ".new";
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

  private final Path folder;
  private final Damage damage;

  Leftovers(Path folder, Damage damage) {
    this.folder = folder;
    this.damage = damage;
  }

  /**
   * Takes over.
   *
   * @return the sequence to go on with. Never one that was given out before, even if a power loss
   *     took records that are published already: the relay would take the new one for confirmed
   */
  long takeOver(InstantSource clock) throws IOException {
    deleteUnnamed();
    long relayed = new Checkpoint(folder).read().sequence();
    long now = Math.max(relayed + 1, ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    List<SegmentFile> segments = SegmentFile.list(folder);
    if (segments.isEmpty()) {
      return now;
    }
    SegmentFile newest = segments.get(segments.size() - 1);
    long most = newest.number() + newest.size() / SpoolFormat.HEADER_BYTES + 1;
    return Math.max(now, Math.max(most, cutTail(newest) + 1));
  }

  private long cutTail(SegmentFile newest) throws IOException {
    long last = 0;
    long end;
    try (SegmentReader reader = new SegmentReader(newest, 0, damage)) {
      for (SpoolRecord found = reader.next(false); found != null; found = reader.next(false)) {
        last = found.sequence();
      }
      end = reader.offset();
    }
    try (RandomAccessFile file = new RandomAccessFile(newest.path().toFile(), "rw")) {
      long tail = file.length() - end;
      if (tail > 0) {
        if (torn(file, newest.number(), end, tail)) {
          log.info(
              "{}: {} bytes of an unfinished record at offset {} are cut off",
              newest.path(),
              tail,
              end);
        } else {
          damage.skipped(newest, end, tail);
        }
        file.setLength(end);
      }
    }
    return last;
  }

  /**
   * Whether a tail is what a writer leaves that is killed while it writes: the start of a record.
   */
  private static boolean torn(RandomAccessFile file, long number, long end, long tail)
      throws IOException {
    if (tail < SpoolFormat.HEADER_BYTES) {
      return true;
    }
    byte[] bytes = new byte[SpoolFormat.HEADER_BYTES];
    file.seek(end);
    file.readFully(bytes);
    RecordHeader header = SpoolFormat.readRecordHeader(bytes, 0, number);
    return header != null && tail < SpoolFormat.HEADER_BYTES + header.length();
  }

  private void deleteUnnamed() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.log" + UNNAMED)) {
      for (Path entry : entries) {
        Files.deleteIfExists(entry);
      }
    }
  }
}
