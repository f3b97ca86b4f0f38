package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Data folders that carry the name of the JVM that owns them, so that none stays behind. */
final class OwnedFolders {

  private static final Pattern NAME = Pattern.compile("jvm-(\\d+)-(\\d+)-\\d+");
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private OwnedFolders() {}

  static Path make(Path parent, ProcessIdentity owner) {
    Path folder =
        parent.resolve(
            "jvm-%d-%d-%d".formatted(owner.pid(), owner.startedAt(), COUNTER.incrementAndGet()));
    return SluiceFolder.made(folder);
  }

  /** Deletes the folders of JVMs that are gone. */
  static void deleteOrphans(Path parent) {
    try (Stream<Path> folders = Files.list(parent)) {
      folders.filter(OwnedFolders::isOrphan).forEach(SluiceFolder::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + parent, e);
    }
  }

  private static boolean isOrphan(Path folder) {
    Matcher name = NAME.matcher(folder.getFileName().toString());
    return name.matches()
        && !new ProcessIdentity(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))
            .isAlive();
  }
}
