package dev.sluice.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A role in a spool's folder that one process at a time has: its writer, its relay. It ends with
 * the process, however that ends.
 *
 * <p>Threading: any thread.
 */
final class FolderLock implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(FolderLock.class);

  static final String WRITER = "writer.lock";
  static final String RELAY = "relay.lock";

  /**
   * The locks this process has, shared by all class loaders. A process must not open a lock file
   * that it has locked: closing it again would give up the lock.
   */
  private static final Properties OWN = System.getProperties();

  private final Path path;
  private final RandomAccessFile file;
  private final AtomicBoolean closed = new AtomicBoolean();

  private FolderLock(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Takes a role.
   *
   * @return null when another process, or another part of this one, has it
   */
  static @Nullable FolderLock tryTake(Path folder, String role) throws IOException {
    Path path = folder.toRealPath().resolve(role);
    if (OWN.putIfAbsent(key(path), role) != null) {
      return null;
    }
    boolean taken = false;
    try {
      if (!Files.exists(path)) {
        createIfAbsent(path);
      }
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      try {
        taken = file.getChannel().tryLock() != null;
        if (!taken) {
          return null;
        }
        file.setLength(0);
        file.write(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII));
        return new FolderLock(path, file);
      } finally {
        if (!taken) {
          file.close();
        }
      }
    } finally {
      if (!taken) {
        OWN.remove(key(path));
      }
    }
  }

  /** Whether the file is still there; without it another may take the role as well. */
  boolean stands() {
    return Files.exists(path);
  }

  /** Who has the role, for a person. */
  static String owner(Path folder, String role) throws IOException {
    Path path = folder.toRealPath().resolve(role);
    if (OWN.containsKey(key(path))) {
      return "this process (" + ProcessHandle.current().pid() + ")";
    }
    String pid = Files.readString(path, US_ASCII).strip();
    return pid.isEmpty() ? "another process" : "process " + pid;
  }

  /** Gives the role up; once, for the next time it may be another's. */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      file.close();
    } finally {
      OWN.remove(key(path));
    }
  }

  /** As {@link #close}; what goes wrong is logged. */
  void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      log.warn("{} could not be closed", path, e);
    }
  }

  private static void createIfAbsent(Path path) throws IOException {
    try {
      Files.createFile(path, LocalDisk.ownerOnly("rw-------"));
    } catch (FileAlreadyExistsException e) {
      // Another process was first, and may have the lock.
    }
  }

  private static String key(Path path) {
    return "dev.sluice.spool:" + path;
  }
}
