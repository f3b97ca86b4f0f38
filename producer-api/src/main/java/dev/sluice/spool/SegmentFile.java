package dev.sluice.spool;

import dev.sluice.spool.SpoolFormat.SegmentHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file of the log.
 *
 * @param number the sequence that was due when it was begun; files are read in this order
 */
record SegmentFile(Path path, long number) {
  private static final Pattern NAME = Pattern.compile("\\d{19}\\.log");

  static SegmentFile of(Path folder, long number) {
    return new SegmentFile(folder.resolve(String.format(Locale.ROOT, "%019d.log", number)), number);
  }

  /** The segments of a folder, oldest first. */
  static List<SegmentFile> list(Path folder) throws IOException {
    List<SegmentFile> segments = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.log")) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (NAME.matcher(name).matches()) {
          segments.add(new SegmentFile(entry, Long.parseLong(name, 0, 19, 10)));
        }
      }
    }
    segments.sort(Comparator.comparingLong(SegmentFile::number));
    return segments;
  }

  /** The oldest segment with a higher number; null when there is none. */
  static @Nullable SegmentFile after(Path folder, long number) throws IOException {
    for (SegmentFile segment : list(folder)) {
      if (segment.number > number) {
        return segment;
      }
    }
    return null;
  }

  /** The bytes of all segments of a folder. */
  static long bytes(Path folder) throws IOException {
    long bytes = 0;
    for (SegmentFile segment : list(folder)) {
      bytes += segment.size();
    }
    return bytes;
  }

  /**
   * Deletes the segments that hold nothing behind a position. The newest is never deleted: it may
   * be written to.
   *
   * @return how many were deleted
   */
  static int deleteUpTo(Path folder, SpoolPosition position) throws IOException {
    List<SegmentFile> segments = list(folder);
    int deleted = 0;
    for (SegmentFile segment : segments.subList(0, Math.max(0, segments.size() - 1))) {
      boolean behind =
          segment.number < position.segment()
              || segment.number == position.segment() && segment.size() <= position.offset();
      if (behind && Files.deleteIfExists(segment.path)) {
        deleted++;
      }
    }
    return deleted;
  }

  /** The lowest sequence in it; its number when its header is damaged. */
  long lowest() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(SpoolFormat.HEADER_BYTES);
      SegmentHeader header =
          bytes.length < SpoolFormat.HEADER_BYTES ? null : SpoolFormat.readSegmentHeader(bytes, 0);
      return header == null ? number : header.lowest();
    } catch (NoSuchFileException e) {
      return number;
    }
  }

  /** Its length in bytes; 0 when it is gone. */
  long size() throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
