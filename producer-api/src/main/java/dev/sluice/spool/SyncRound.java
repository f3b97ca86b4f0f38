package dev.sluice.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One turn of making durable what was appended before it began.
 *
 * @param dirty the segments to sync, oldest first
 * @param newNames the folder to sync, when segments were created in it
 * @param waiting completed when the turn is over; the appends of the turn wait for it
 */
record SyncRound(List<Dirty> dirty, @Nullable Path newNames, CompletableFuture<Void> waiting) {

  /** A segment, and how far it was written when the turn began. */
  record Dirty(SegmentWriter segment, long size, long records) {}

  void sync(Disk disk) throws IOException {
    for (Dirty each : dirty) {
      each.segment.sync();
    }
    if (newNames != null) {
      disk.syncFolder(newNames);
    }
  }
}
