package dev.sluice.spool;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * The part of a file that is being looked at, in memory. A RandomAccessFile, because a FileChannel
 * is closed when its thread is interrupted.
 *
 * <p>Threading: for one thread; the file may grow meanwhile.
 */
final class FileWindow implements Closeable {
  private static final int WINDOW_BYTES = 128 << 10;

  private final RandomAccessFile file;
  private byte[] window = new byte[WINDOW_BYTES];
  private long start;
  private int filled;

  FileWindow(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "r");
  }

  long length() throws IOException {
    return file.length();
  }

  /** Whether the file has these bytes by now. */
  boolean has(long offset, int length) throws IOException {
    return inWindow(offset, length) || offset + length <= file.length();
  }

  /**
   * Brings bytes, which the file {@link #has}, into {@link #bytes}.
   *
   * @return where they are in it, until the next load
   */
  int load(long offset, int length) throws IOException {
    if (!inWindow(offset, length)) {
      fill(offset, length);
    }
    return (int) (offset - start);
  }

  byte[] bytes() {
    return window;
  }

  /** Reads anew what is asked for next. */
  void forget() {
    filled = 0;
  }

  /** The first place from {@code offset} on where a record's magic begins, or the file's end. */
  long nextMagic(long offset) throws IOException {
    long length = file.length();
    for (long at = offset; at + Integer.BYTES <= length; at++) {
      int index = load(at, Integer.BYTES);
      if (window[index] == (byte) (SpoolFormat.RECORD_MAGIC >>> 24)
          && window[index + 1] == (byte) (SpoolFormat.RECORD_MAGIC >>> 16)
          && window[index + 2] == (byte) (SpoolFormat.RECORD_MAGIC >>> 8)
          && window[index + 3] == (byte) SpoolFormat.RECORD_MAGIC) {
        return at;
      }
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private boolean inWindow(long offset, int length) {
    return offset >= start && offset + length <= start + filled;
  }

  private void fill(long offset, int length) throws IOException {
    int capacity = Math.max(length, WINDOW_BYTES);
    if (window.length != capacity) {
      window = new byte[capacity];
    }
    start = offset;
    filled = 0;
    file.seek(offset);
    while (filled < capacity) {
      int read = file.read(window, filled, capacity - filled);
      if (read < 0) {
        break;
      }
      filled += read;
    }
    if (filled < length) {
      throw new IOException("the segment became shorter while it was read, at offset " + offset);
    }
  }
}
