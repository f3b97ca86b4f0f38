package dev.sluice.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The few things a spool's writer asks of a file system; tests let them fail. */
interface Disk {

  /** Creates an empty file, for its owner alone. */
  LogFile create(Path path) throws IOException;

  /** Gives a file its name. */
  void rename(Path from, Path to) throws IOException;

  /** Makes the names in a folder durable. */
  void syncFolder(Path folder) throws IOException;

  /** A file that only grows. */
  interface LogFile extends Closeable {

    /** Writes all of it, or throws and may have written a part. */
    void append(byte[] bytes, int length) throws IOException;

    /** Cuts off what is behind {@code length}; the next append goes there. */
    void cut(long length) throws IOException;

    /** Makes durable what was appended. */
    void sync() throws IOException;
  }
}
