package dev.sluice.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The machine's disk, made to fail, or to lose what was not synced.
 *
 * <p>Threading: any thread.
 */
final class FaultyDisk implements Disk {
  private final LocalDisk disk = new LocalDisk();
  private final Map<Path, Long> syncedLengths = new LinkedHashMap<>();
  private final Map<Path, Path> renamed = new HashMap<>();
  private final Set<Path> durableNames = new HashSet<>();
  private final Set<Path> poisoned = new HashSet<>();
  private long room = Long.MAX_VALUE;
  private int failingSyncs;
  private int failingFolderSyncs;
  private boolean failingSyncsDropPages;
  private boolean failingCuts;
  private boolean syncedAfterFailure;

  /** The disk has room for so many bytes more. */
  synchronized void room(long bytes) {
    room = bytes;
  }

  /** So many syncs of files fail from now on. */
  synchronized void failSyncs(int number) {
    failingSyncs = number;
  }

  /** So many syncs of folders fail from now on. */
  synchronized void failFolderSyncs(int number) {
    failingFolderSyncs = number;
  }

  /** A failing sync also drops what it was to write from memory, as some file systems do. */
  synchronized void failingSyncsDropPages() {
    failingSyncsDropPages = true;
  }

  synchronized void failCuts(boolean failing) {
    failingCuts = failing;
  }

  /** Whether a file was synced again whose sync had failed. */
  synchronized boolean syncedAfterFailure() {
    return syncedAfterFailure;
  }

  /** What was not synced is gone. */
  synchronized void losePower() throws IOException {
    for (Map.Entry<Path, Long> each : syncedLengths.entrySet()) {
      if (!durableNames.contains(each.getKey())) {
        Files.deleteIfExists(each.getKey());
      } else if (Files.exists(each.getKey())) {
        Spools.truncate(each.getKey(), each.getValue());
      }
    }
  }

  @Override
  public synchronized LogFile create(Path path) throws IOException {
    LogFile file = disk.create(path);
    syncedLengths.put(path, 0L);
    return new Faulty(path, file);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
    Long length = syncedLengths.remove(from);
    syncedLengths.put(to, length == null ? 0 : length);
    renamed.put(from, to);
  }

  @Override
  public synchronized void syncFolder(Path folder) throws IOException {
    if (failingFolderSyncs > 0) {
      failingFolderSyncs--;
      throw new IOException("Input/output error");
    }
    disk.syncFolder(folder);
    durableNames.addAll(syncedLengths.keySet());
  }

  private final class Faulty implements LogFile {
    private final Path path;
    private final LogFile file;
    private long length;

    Faulty(Path path, LogFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void append(byte[] bytes, int size) throws IOException {
      synchronized (FaultyDisk.this) {
        int written = (int) Math.min(size, room);
        file.append(bytes, written);
        length += written;
        room -= written;
        if (written < size) {
          throw new IOException("No space left on device");
        }
      }
    }

    @Override
    public void cut(long newLength) throws IOException {
      synchronized (FaultyDisk.this) {
        if (failingCuts) {
          throw new IOException("Input/output error");
        }
        file.cut(newLength);
        room += room == Long.MAX_VALUE ? 0 : length - newLength;
        length = newLength;
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (FaultyDisk.this) {
        syncedAfterFailure |= poisoned.contains(path);
        if (failingSyncs > 0) {
          failingSyncs--;
          poisoned.add(path);
          if (failingSyncsDropPages) {
            dropPages();
          }
          throw new IOException("Input/output error");
        }
        file.sync();
        syncedLengths.computeIfPresent(renamed.getOrDefault(path, path), (name, old) -> length);
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }

    private void dropPages() throws IOException {
      long synced = syncedLengths.getOrDefault(path, 0L);
      try (RandomAccessFile access = new RandomAccessFile(path.toFile(), "rw")) {
        access.seek(synced);
        access.write(new byte[(int) (length - synced)]);
      }
    }
  }
}
