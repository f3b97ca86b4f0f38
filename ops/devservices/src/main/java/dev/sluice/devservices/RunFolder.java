package dev.sluice.devservices;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of every process that was started and not yet ended, one file each, which outlives the
 * JVM that wrote it.
 *
 * <p>Threading: safe, also between processes.
 */
final class RunFolder {

  private static final Logger log = LoggerFactory.getLogger(RunFolder.class);

  private final Path folder;

  RunFolder(Path folder) {
    this.folder = folder;
  }

  void add(ProcessRecord entry) {
    StringWriter text = new StringWriter();
    try {
      entry.toProperties().store(text, null);
      PrivateFiles.write(folder.resolve(entry.fileName()), text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write into " + folder, e);
    }
  }

  void remove(ProcessRecord entry) {
    try {
      Files.deleteIfExists(folder.resolve(entry.fileName()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete from " + folder, e);
    }
  }

  /** Every process on the list that still runs; those that ended are struck off. */
  List<ProcessRecord> living() {
    List<ProcessRecord> living = new ArrayList<>();
    for (ProcessRecord entry : all()) {
      if (entry.process().isAlive()) {
        living.add(entry);
      } else if (entry.owner().isEmpty() || entry.isOrphan()) {
        remove(entry);
      }
    }
    return living;
  }

  /** Ends the processes that JVMs left behind when they were killed, and gives their number. */
  int endOrphans() {
    int ended = 0;
    for (ProcessRecord entry : all()) {
      if (entry.isOrphan()) {
        if (entry.process().isAlive()) {
          log.info(
              "Ending {} (process {}), left behind by a JVM that was killed",
              entry.role(),
              entry.process().pid());
          ended++;
        }
        entry.process().end(Duration.ZERO);
        remove(entry);
      }
    }
    return ended;
  }

  private List<ProcessRecord> all() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".properties"))
          .map(this::read)
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }

  private Optional<ProcessRecord> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return Optional.of(ProcessRecord.from(properties));
    } catch (NoSuchFileException removedMeanwhile) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      log.warn(
          "Ignoring {}, which cannot be read ({}); delete it if no server of ours runs",
          file,
          e.getMessage());
      return Optional.empty();
    }
  }
}
