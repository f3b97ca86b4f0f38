package dev.sluice.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a spool is relayed, in the file {@code checkpoint}: sequence, segment, offset and a
 * CRC32C of these, since a flipped bit must not hide messages. It is not synced: when a power loss
 * takes it, what is still in the segments is published again.
 *
 * <p>Threading: for one thread, its relay's; others may read.
 */
final class Checkpoint {
  private static final Logger log = LoggerFactory.getLogger(Checkpoint.class);
  private static final Pattern LINE =
      Pattern.compile("((\\d{1,19}) (\\d{1,19}) (\\d{1,19})) ([0-9a-f]{8})\n");

  private final Path path;

  Checkpoint(Path folder) {
    path = folder.resolve("checkpoint");
  }

  /** Where to go on; the start when nothing is known. */
  SpoolPosition read() throws IOException {
    String line;
    try {
      line = new String(Files.readAllBytes(path), US_ASCII);
    } catch (NoSuchFileException e) {
      return SpoolPosition.START;
    }
    Matcher parts = LINE.matcher(line);
    if (!parts.matches() || !parts.group(5).equals(crc(parts.group(1)))) {
      log.warn("{} is damaged: everything in the spool is published again", path);
      return SpoolPosition.START;
    }
    return new SpoolPosition(
        Long.parseLong(parts.group(2)),
        Long.parseLong(parts.group(3)),
        Long.parseLong(parts.group(4)));
  }

  void write(SpoolPosition confirmed) throws IOException {
    String place = confirmed.sequence() + " " + confirmed.segment() + " " + confirmed.offset();
    String line = place + " " + crc(place) + "\n";
    Path draft = path.resolveSibling("checkpoint.new");
    Files.write(draft, line.getBytes(US_ASCII));
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String crc(String place) {
    byte[] bytes = place.getBytes(US_ASCII);
    return HexFormat.of().toHexDigits(SpoolFormat.crc(bytes, 0, bytes.length));
  }
}
