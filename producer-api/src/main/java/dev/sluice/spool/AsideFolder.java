package dev.sluice.spool;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records that were set aside, in the folder {@code aside} of a spool: {@code SEQUENCE.retry}
 * are tried again, {@code SEQUENCE.parked} only once an operator releases them.
 *
 * <p>Threading: any thread, any process; each change is one rename or one deletion.
 */
final class AsideFolder {
  private static final Pattern NAME = Pattern.compile("(\\d{19})\\.(retry|parked)");
  private static final String DRAFT = ".draft";

  private final Path folder;

  AsideFolder(Path spool) {
    folder = spool.resolve("aside");
  }

  /** Whether a record waits to be tried again, or for an operator. */
  enum State {
    RETRY,
    PARKED;

    private String suffix() {
      return "." + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Stores a record, durably, in place of what was there of it. */
  void put(AsideRecord record, State state) throws IOException {
    Files.createDirectories(folder, LocalDisk.ownerOnly("rwx------"));
    LocalDisk disk = new LocalDisk();
    Path draft = folder.resolve(name(record.sequence()) + DRAFT);
    Files.deleteIfExists(draft);
    byte[] bytes = record.bytes();
    try (Disk.LogFile file = disk.create(draft)) {
      file.append(bytes, bytes.length);
      file.sync();
    }
    Files.move(draft, path(record.sequence(), state), StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(path(record.sequence(), other(state)));
    disk.syncFolder(folder);
  }

  /** Sequences of the records in a state, in order. */
  List<Long> list(State state) throws IOException {
    List<Long> sequences = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + state.suffix())) {
      for (Path entry : entries) {
        Matcher name = NAME.matcher(entry.getFileName().toString());
        if (name.matches()) {
          sequences.add(Long.valueOf(name.group(1)));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    sequences.sort(Comparator.naturalOrder());
    return sequences;
  }

  /** A record; null when it is gone meanwhile. */
  @Nullable AsideRecord read(long sequence, State state) throws IOException {
    try {
      return AsideRecord.read(sequence, Files.readAllBytes(path(sequence, state)));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Lets a parked record be tried again; false when there is none. */
  boolean release(long sequence, Instant now) throws IOException {
    AsideRecord parked = read(sequence, State.PARKED);
    if (parked == null) {
      return false;
    }
    put(parked.released(now), State.RETRY);
    return true;
  }

  /** Deletes a record; false when there is none. */
  boolean delete(long sequence, State state) throws IOException {
    return Files.deleteIfExists(path(sequence, state));
  }

  private Path path(long sequence, State state) {
    return folder.resolve(name(sequence) + state.suffix());
  }

  private static String name(long sequence) {
    return String.format(Locale.ROOT, "%019d", sequence);
  }

  private static State other(State state) {
    return state == State.RETRY ? State.PARKED : State.RETRY;
  }
}
