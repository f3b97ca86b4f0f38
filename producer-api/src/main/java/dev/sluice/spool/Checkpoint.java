package dev.sluice.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a spool is relayed, in the file {@code checkpoint}: sequence, segment and offset. It is
 * not synced: when a power loss takes it, what is still in the segments is published again.
 *
 * <p>Threading: for one thread, its relay's; others may read.
 */
final class Checkpoint {
  private static final Logger log = LoggerFactory.getLogger(Checkpoint.class);
  private static final Pattern LINE = Pattern.compile("(\\d{1,19}) (\\d{1,19}) (\\d{1,19})\n");

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
    if (!parts.matches()) {
      log.warn("{} is damaged: everything in the spool is published again", path);
      return SpoolPosition.START;
    }
    return new SpoolPosition(
        Long.parseLong(parts.group(1)),
        Long.parseLong(parts.group(2)),
        Long.parseLong(parts.group(3)));
  }

  void write(SpoolPosition confirmed) throws IOException {
    String line =
        confirmed.sequence() + " " + confirmed.segment() + " " + confirmed.offset() + "\n";
    Path draft = path.resolveSibling("checkpoint.new");
    Files.write(draft, line.getBytes(US_ASCII));
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
