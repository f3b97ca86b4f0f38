package dev.sluice.spool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a relay is.
 *
 * <p>Threading: written by the relay's thread, read by any.
 */
public final class RelayProgress {
  private long relayed;
  private @Nullable Instant oldest;
  private long rounds;
  private long drained;

  /** Messages published, or set aside, since the relay was opened. */
  public synchronized long relayed() {
    return relayed;
  }

  /** When the oldest message was appended that the relay knows of and that has no confirm yet. */
  public synchronized @Nullable Instant oldest() {
    return oldest;
  }

  /**
   * Waits until the relay finds nothing more, in a round that begins after this call.
   *
   * @return whether it came to that in time
   */
  public synchronized boolean awaitDrained(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    long asked = rounds;
    while (drained <= asked) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    return true;
  }

  synchronized void took(List<SpoolRecord> batch) {
    oldest = batch.get(0).appendedAt();
  }

  synchronized void relayed(int messages) {
    relayed += messages;
  }

  synchronized void began() {
    rounds++;
  }

  synchronized void drained() {
    oldest = null;
    drained = rounds;
    notifyAll();
  }
}
