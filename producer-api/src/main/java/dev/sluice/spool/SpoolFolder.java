package dev.sluice.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes and claims the folder of a spool, and says what is wrong with it.
 *
 * <p>Threading: stateless.
 */
final class SpoolFolder {

  private SpoolFolder() {}

  /**
   * Makes the folder, for its owner alone, and takes a role in it.
   *
   * @throws SpoolException when it cannot be used, or another has the role
   */
  static FolderLock claim(Path folder, String role) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new SpoolException(
          "the spool folder " + folder + " is a file: name a folder, or move the file away", null);
    }
    FolderLock lock;
    String owner = "";
    try {
      make(folder.toAbsolutePath());
      lock = FolderLock.tryTake(folder, role);
      if (lock == null) {
        owner = FolderLock.owner(folder, role);
      }
    } catch (IOException e) {
      throw new SpoolException(
          "the spool folder "
              + folder
              + " cannot be written: let the user "
              + System.getProperty("user.name")
              + " write it, or name another folder ("
              + e
              + ")",
          e);
    }
    if (lock == null) {
      throw new SpoolException(
          "the spool folder "
              + folder
              + " is in use by "
              + owner
              + " ("
              + role
              + "): give each process a folder of its own, or end that one",
          null);
    }
    return lock;
  }

  /** Makes the folder and those above it, and their names durable. */
  private static void make(Path folder) throws IOException {
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    Files.createDirectories(folder, LocalDisk.ownerOnly("rwx------"));
    LocalDisk disk = new LocalDisk();
    for (Path made = folder; made != null && !made.equals(there); made = made.getParent()) {
      disk.syncFolder(made.getParent());
    }
  }
}
