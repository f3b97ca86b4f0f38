package dev.sluice.spool;

import dev.sluice.spool.SpoolFormat.RecordHeader;
import dev.sluice.spool.SpoolOptions.Sync;
import dev.sluice.spool.SpoolOptions.WhenFull;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing end of the log: gives out sequences, writes records, begins segments.
 *
 * <p>Threading: any thread; one lock, held for one write. Only one thread at a time takes sync
 * rounds.
 */
final class SegmentLog implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(SegmentLog.class);
  private static final int KEPT_BUFFER_BYTES = 1 << 20;

  private final SpoolOptions options;
  private final Path folder;
  private final Disk disk;
  private final Room room;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomOrClosed = lock.newCondition();
  private final List<SegmentWriter> sealed = new ArrayList<>();
  private @Nullable SegmentWriter current;
  private byte[] buffer = new byte[16 << 10];
  private long nextSequence;
  private boolean newNames;
  private boolean closed;
  private CompletableFuture<Void> round = new CompletableFuture<>();
  private long appended;
  private long failedSyncs;

  /** A log that goes on with {@code nextSequence}, in a new segment. */
  SegmentLog(SpoolOptions options, Disk disk, long nextSequence) throws IOException {
    this.options = options;
    this.folder = options.folder();
    this.disk = disk;
    this.nextSequence = nextSequence;
    room = new Room(folder, options.maxBytes());
  }

  /**
   * Appends a record.
   *
   * @return completed when the sync round is over that covers it
   * @throws SpoolException when the record is not in the log
   */
  CompletableFuture<Void> append(byte[] body) {
    int size = SpoolFormat.HEADER_BYTES + body.length;
    if (body.length > SpoolFormat.MAX_BODY_BYTES
        || size + 2L * SpoolFormat.HEADER_BYTES > room.maxBytes()) {
      throw AppendErrors.tooLarge(folder, body.length);
    }
    int crc = SpoolFormat.crc(body, 0, body.length);
    long now = options.clock().millis();
    lock.lock();
    try {
      awaitRoom(size);
      SegmentWriter segment = segmentFor(size);
      write(segment, new RecordHeader(body.length, nextSequence, now, crc), body);
      nextSequence++;
      appended++;
      return round;
    } catch (IOException e) {
      throw AppendErrors.refused(folder, e);
    } finally {
      lock.unlock();
    }
  }

  /** Begins to make durable all that was appended so far. */
  SyncRound beginSync() {
    lock.lock();
    try {
      List<SyncRound.Dirty> dirty = new ArrayList<>();
      for (SegmentWriter segment : unsynced()) {
        if (segment.undurable() > 0) {
          dirty.add(new SyncRound.Dirty(segment, segment.size(), segment.records()));
        }
      }
      SyncRound begun = new SyncRound(dirty, newNames ? folder : null, round);
      newNames = false;
      round = new CompletableFuture<>();
      return begun;
    } finally {
      lock.unlock();
    }
  }

  /** All of a round is durable. */
  void synced(SyncRound done) {
    lock.lock();
    try {
      for (SyncRound.Dirty each : done.dirty()) {
        each.segment().durable(each.size(), each.records());
      }
      sealed.removeIf(segment -> segment.undurable() == 0 && closed(segment));
    } finally {
      lock.unlock();
    }
    done.waiting().complete(null);
  }

  /**
   * The disk did not keep what a round was to make durable. A sync that failed is never repeated,
   * because the second one may succeed without having written anything: what is not known durable
   * is written again, into a new segment.
   */
  void syncFailed(SyncRound failed, IOException cause) {
    SpoolException.@Nullable Unknown unknown = null;
    CompletableFuture<Void> alsoFailed;
    lock.lock();
    try {
      failedSyncs++;
      alsoFailed = round;
      List<SegmentWriter> poisoned = unsynced();
      log.warn(
          "the spool {} could not be synced and goes on in a new segment: {}",
          folder,
          cause.toString());
      sealed.clear();
      current = null;
      try {
        Rewrite rewrite = new Rewrite(folder, disk, poisoned);
        current = rewrite.into(nextNumber());
        room.taken(current == null ? 0 : current.size());
      } catch (IOException e) {
        e.addSuppressed(cause);
        unknown = AppendErrors.unknown(folder, e);
        round = new CompletableFuture<>();
        log.error(unknown.getMessage());
      }
      poisoned.forEach(SegmentLog::closed);
    } finally {
      lock.unlock();
    }
    if (unknown == null) {
      failed.waiting().complete(null);
    } else {
      failed.waiting().completeExceptionally(unknown);
      alsoFailed.completeExceptionally(unknown);
    }
  }

  long appended() {
    lock.lock();
    try {
      return appended;
    } finally {
      lock.unlock();
    }
  }

  long failedSyncs() {
    lock.lock();
    try {
      return failedSyncs;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more appends. */
  void stop() {
    lock.lock();
    try {
      closed = true;
      roomOrClosed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    stop();
    lock.lock();
    try {
      unsynced().forEach(SegmentLog::closed);
      sealed.clear();
      current = null;
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom(int size) throws IOException {
    long deadline = System.nanoTime() + options.blockFor().toNanos();
    while (true) {
      if (closed) {
        throw AppendErrors.closed(folder);
      }
      // A segment that this record begins has a header too.
      if (room.has(size + SpoolFormat.HEADER_BYTES)) {
        return;
      }
      leaveSegment(size);
      long left = deadline - System.nanoTime();
      if (options.whenFull() == WhenFull.REJECT || left <= 0) {
        throw AppendErrors.full(folder, room);
      }
      try {
        roomOrClosed.await(Math.min(left, Room.COUNT_PAUSE_NANOS), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw AppendErrors.full(folder, room);
      }
    }
  }

  /**
   * The relay never deletes the newest segment. Where that one alone leaves no room, a new one lets
   * it go.
   */
  private void leaveSegment(int size) throws IOException {
    SegmentWriter segment = current;
    if (segment != null && segment.size() + size + SpoolFormat.HEADER_BYTES > room.maxBytes()) {
      seal(segment);
      begin();
    }
  }

  private SegmentWriter segmentFor(int size) throws IOException {
    SegmentWriter segment = current;
    if (segment != null
        && segment.records() > 0
        && segment.size() + size > options.segmentBytes()) {
      seal(segment);
      segment = null;
    }
    return segment == null ? begin() : segment;
  }

  private void seal(SegmentWriter segment) {
    current = null;
    if (options.sync() == Sync.OS || segment.undurable() == 0) {
      closed(segment);
    } else {
      sealed.add(segment);
    }
  }

  private SegmentWriter begin() throws IOException {
    long number = nextNumber();
    SegmentFile file = SegmentFile.of(folder, number);
    SegmentWriter begun;
    Disk.LogFile opened = disk.create(file.path());
    try {
      begun = new SegmentWriter(file, opened, number);
    } catch (IOException e) {
      opened.close();
      Files.deleteIfExists(file.path());
      throw e;
    }
    current = begun;
    newNames = true;
    room.taken(begun.size());
    return begun;
  }

  /** A segment's number is never used again: a reader may have the file of that name open. */
  private long nextNumber() {
    return nextSequence++;
  }

  private void write(SegmentWriter segment, RecordHeader header, byte[] body) throws IOException {
    int size = SpoolFormat.HEADER_BYTES + body.length;
    if (buffer.length < size || buffer.length > Math.max(KEPT_BUFFER_BYTES, size)) {
      buffer = new byte[Math.max(size, 16 << 10)];
    }
    SpoolFormat.putRecordHeader(buffer, segment.number(), header);
    System.arraycopy(body, 0, buffer, SpoolFormat.HEADER_BYTES, body.length);
    try {
      segment.append(buffer, size);
    } catch (IOException e) {
      try {
        segment.cutTail();
      } catch (IOException tail) {
        // Readers pass over the part of a record that stays at the end of it.
        e.addSuppressed(tail);
        seal(segment);
      }
      throw e;
    }
    room.taken(size);
  }

  private List<SegmentWriter> unsynced() {
    List<SegmentWriter> all = new ArrayList<>(sealed);
    if (current != null) {
      all.add(current);
    }
    return all;
  }

  private static boolean closed(SegmentWriter segment) {
    try {
      segment.close();
    } catch (IOException e) {
      log.warn("{} could not be closed", segment.segment().path(), e);
    }
    return true;
  }
}
