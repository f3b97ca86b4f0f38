package dev.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for one run, deleted at its end. */
record Scratch(Path folder) implements AutoCloseable {

  /** A new folder below {@code parent}. */
  static Scratch in(Path parent) throws IOException {
    return new Scratch(
        Files.createTempDirectory(Files.createDirectories(parent.toAbsolutePath()), "bench-"));
  }

  /** What keeps it, for people. */
  String describe() throws IOException {
    return folder.getParent() + " on " + Files.getFileStore(folder).type();
  }

  /** Deletes what is below {@code name}. */
  void delete(String name) throws IOException {
    deleteAll(folder.resolve(name));
  }

  @Override
  public void close() throws IOException {
    deleteAll(folder);
  }

  private static void deleteAll(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> below = Files.walk(root)) {
      below.sorted(Comparator.reverseOrder()).forEach(Scratch::deleteOne);
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
