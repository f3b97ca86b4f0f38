package dev.sluice.spool;

import dev.sluice.loop.Loop;
import java.io.IOException;
import java.time.Duration;

/**
 * Makes durable what was appended: one sync for all that wait.
 *
 * <p>Threading: for one thread at a time.
 */
final class Syncer implements Loop {
  private final SegmentLog log;
  private final Disk disk;
  private final Duration pause;

  /**
   * A syncer.
   *
   * @param pause between two rounds; a nudge ends it
   */
  Syncer(SegmentLog log, Disk disk, Duration pause) {
    this.log = log;
    this.disk = disk;
    this.pause = pause;
  }

  @Override
  public Duration runOnce() {
    SyncRound round = log.beginSync();
    try {
      round.sync(disk);
    } catch (IOException e) {
      log.syncFailed(round, e);
      return pause;
    } catch (RuntimeException | Error e) {
      log.syncFailed(round, new IOException(e));
      return pause;
    }
    log.synced(round);
    return pause;
  }
}
