package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The list of containers that outlive the command that started them, one file each. */
final class StandingContainers {

  private static final String SUFFIX = ".container";

  private final Path folder;

  private StandingContainers(Path folder) {
    this.folder = folder;
  }

  static StandingContainers in(SluiceFolder home) {
    return new StandingContainers(home.run());
  }

  void add(String containerId) {
    try {
      PrivateFiles.write(folder.resolve(containerId + SUFFIX), containerId);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write into " + folder, e);
    }
  }

  boolean exist() {
    return !files().isEmpty();
  }

  /** Removes every container with its data and gives how many there were. */
  int removeAll() {
    List<Path> files = files();
    try {
      for (Path file : files) {
        DockerClientFactory.lazyClient()
            .removeContainerCmd(Files.readString(file))
            .withForce(true)
            .withRemoveVolumes(true)
            .exec();
        Files.delete(file);
      }
      return files.size();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }
}
