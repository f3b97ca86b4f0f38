package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The build folder {@code .sluice} at the root of the repository, where servers keep data, state
 * and chroots.
 *
 * @param path its absolute path
 */
record SluiceFolder(Path path) {

  /**
   * The folder named by {@code SLUICE_FOLDER}, else the one at the root of the repository that
   * holds the working directory, else {@code .sluice} in the working directory.
   */
  static SluiceFolder find() {
    String named = System.getenv("SLUICE_FOLDER");
    if (named != null && !named.isBlank()) {
      return new SluiceFolder(Path.of(named).toAbsolutePath().normalize());
    }
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("ops").resolve("sluice"))
          || Files.exists(folder.resolve("ops").resolve("devservices").resolve("pom.xml"))) {
        return new SluiceFolder(folder.resolve(".sluice"));
      }
    }
    return new SluiceFolder(here.resolve(".sluice"));
  }

  /** Data folders of servers. */
  Path servers() {
    return made(path.resolve("servers"));
  }

  /** One file for each process that was started. */
  Path run() {
    return made(path.resolve("run"));
  }

  /** One root file system for each server generation that is not the machine's own. */
  Path chroots() {
    return made(path.resolve("chroots"));
  }

  /** The URLs of the servers that {@code ops/sluice up} started. */
  Path env() {
    return path.resolve("env");
  }

  /** The folder, which is there afterwards. */
  static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create " + folder, e);
    }
  }

  /** Deletes a folder with all it holds; symbolic links are not followed. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }
}
