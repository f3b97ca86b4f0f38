package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the root file system of a server generation with {@code debootstrap}, once, and keeps it.
 *
 * <p>Threading: safe, also between processes.
 */
final class ChrootBuilder {

  private static final Logger log = LoggerFactory.getLogger(ChrootBuilder.class);
  private static final String SCRIPT = "make-chroot.sh";

  private final Path chroots;

  ChrootBuilder(Path chroots) {
    this.chroots = chroots;
  }

  /**
   * The root of that generation, made if it is not there.
   *
   * @throws DevServicesException if it cannot be made; the message says what is missing
   */
  synchronized Path get(Generation generation) {
    Path root = chroots.resolve(generation.id());
    Path lockFile = chroots.resolve(generation.id() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.exists(root)) {
        make(generation, root);
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + root, e);
    }
  }

  private void make(Generation generation, Path root) throws IOException {
    requireRootOnDebian(generation);
    Path script = chroots.resolve(SCRIPT);
    try (var resource = ChrootBuilder.class.getResourceAsStream(SCRIPT)) {
      if (resource == null) {
        throw new IllegalStateException("The resource " + SCRIPT + " is missing; build again");
      }
      Files.write(script, resource.readAllBytes());
    }
    Path output = chroots.resolve(generation.id() + ".log");
    log.info(
        "Making the servers of Debian {} in {} (about a minute, 1.1 GB; log: {})",
        generation.id(),
        root,
        output);
    List<String> command =
        List.of(
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            script.toString(),
            generation.id(),
            root.toString(),
            String.join(" ", generation.debianPackages()));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(output.toFile()))
              .start();
      process.getOutputStream().close();
      if (process.waitFor() != 0) {
        throw new DevServicesException(
            "Could not make the servers of Debian %s; %s ends so:%n%s"
                .formatted(generation.id(), output, LogTail.of(output)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevServicesException("Interrupted while making " + root, e);
    }
  }

  private static void requireRootOnDebian(Generation generation) {
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    if (!isRoot || !Files.isExecutable(Path.of("/usr/sbin/debootstrap"))) {
      throw new DevServicesException(
          "The servers of Debian %s need a chroot: run this as root on Debian with debootstrap installed (apt-get install debootstrap), or with a Docker engine"
              .formatted(generation.id()));
    }
  }
}
