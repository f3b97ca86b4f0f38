package dev.sluice.spool;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.loop.LoopRunner;
import dev.sluice.spool.SpoolOptions.Sync;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The local log of messages that are not yet on the broker: its writing end. It never waits for a
 * network, and for the relay only at the size limit.
 *
 * <p>Threading: any thread. An interrupt ends the wait for room, and nothing else.
 */
public final class Spool implements AutoCloseable {
  private static final Duration UNTIL_NUDGED = Duration.ofMinutes(1);

  private final SpoolOptions options;
  private final Damage damage;
  private final FolderLock lock;
  private final SegmentLog segments;
  private final Syncer syncer;
  private final @Nullable LoopRunner syncing;
  private final LongAdder refused = new LongAdder();

  private Spool(SpoolOptions options, Disk disk, FolderLock lock) throws IOException {
    this.options = options;
    this.lock = lock;
    damage = new Damage();
    long sequence = new Leftovers(options.folder(), damage).takeOver(options.clock());
    segments = new SegmentLog(options, disk, sequence);
    boolean always = options.sync() == Sync.ALWAYS;
    syncer = new Syncer(segments, disk, always ? UNTIL_NUDGED : options.syncInterval());
    syncing = options.sync() == Sync.OS ? null : LoopRunner.start("spool-sync", syncer);
  }

  /**
   * Opens a spool for writing, and takes over what an earlier process left in its folder.
   *
   * @throws SpoolException when the folder cannot be used or another process writes there
   */
  public static Spool open(SpoolOptions options) {
    return open(options, new LocalDisk());
  }

  static Spool open(SpoolOptions options, Disk disk) {
    FolderLock lock = SpoolFolder.claim(options.folder(), FolderLock.WRITER);
    try {
      return new Spool(options, disk, lock);
    } catch (IOException | RuntimeException e) {
      lock.closeQuietly();
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new SpoolException(
          "the spool " + options.folder() + " cannot be opened: look after its files (" + e + ")",
          e);
    }
  }

  /**
   * Appends a message. When this returns, it survives what {@link SpoolOptions#sync} says.
   *
   * @throws SpoolException.Full at the size limit, after the wait that {@link
   *     SpoolOptions#whenFull} allows
   * @throws SpoolException.Failed when the disk refuses it, it is too large, or the spool is closed
   * @throws SpoolException.Unknown when the disk failed to keep it
   */
  public void append(RoutedMessage message) {
    append(RecordBody.write(message));
  }

  void append(byte[] body) {
    try {
      CompletableFuture<Void> durable = segments.append(body);
      if (options.sync() == Sync.ALWAYS && syncing != null) {
        syncing.nudge();
        durable.join();
      }
    } catch (CompletionException e) {
      refused.increment();
      throw e.getCause() instanceof SpoolException.Unknown unknown
          ? new SpoolException.Unknown(String.valueOf(unknown.getMessage()), unknown)
          : e;
    } catch (SpoolException e) {
      refused.increment();
      throw e;
    }
  }

  /** Its state now; lists the folder. */
  public SpoolStats stats() {
    try {
      return new SpoolStats(
          segments.appended(),
          refused.sum(),
          SegmentFile.bytes(options.folder()),
          options.maxBytes(),
          SegmentFile.list(options.folder()).size(),
          damage.count(),
          segments.failedSyncs());
    } catch (IOException e) {
      throw new SpoolException("the spool " + options.folder() + " cannot be read", e);
    }
  }

  /** Messages appended since it was opened. */
  public long appended() {
    return segments.appended();
  }

  public SpoolOptions options() {
    return options;
  }

  /** Ends it. What was appended stays, for the relay or the next to open the folder. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      segments.stop();
      if (syncing != null) {
        syncing.close();
        syncer.runOnce();
      }
      segments.close();
      lock.closeQuietly();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
