package dev.sluice.broker.rabbit;

import java.io.IOException;

/**
 * Turns single acknowledgements of one channel into few: knows which tags are pending, ready (to be
 * acknowledged) or settled, and acknowledges several at once up to a tag below which nothing is
 * pending. A pure state machine without clock or I/O of its own.
 *
 * <p>Threading: guarded by its channel.
 */
final class AckTracker {
  /** So many ready tags are acknowledged at once; fewer when the prefetch is small. */
  static final int BATCH = 50;

  /** Ready tags wait so long behind a pending one, then they are acknowledged singly. */
  static final long HOLE_NANOS = 20_000_000;

  private static final byte PENDING = 1;
  private static final byte READY = 2;
  private static final byte SETTLED = 3;
  private static final long NO_HOLE = Long.MIN_VALUE;

  private final int batch;
  private final int mostBehindHole;
  private byte[] states;

  /** Nothing up to this tag is pending or ready. */
  private long low;

  private long high;
  private int ready;

  /** No tag below this one is ready: a slow task must not make every look for ready tags longer. */
  private long lowestReady = Long.MAX_VALUE;

  private long holeSince = NO_HOLE;

  /** Sends an acknowledgement. */
  @FunctionalInterface
  interface Sink {
    void ack(long tag, boolean multiple) throws IOException;
  }

  AckTracker(int prefetch) {
    batch = Math.min(BATCH, Math.max(1, prefetch / 2));
    mostBehindHole = Math.max(1, prefetch / 4);
    states = new byte[Integer.highestOneBit(Math.max(64, prefetch)) * 2];
  }

  /** The broker handed over {@code tag}, the one after the last. */
  void delivered(long tag) {
    if (tag != high + 1) {
      throw new IllegalArgumentException("tag " + tag + " does not follow " + high);
    }
    high = tag;
    if (high - low > states.length) {
      grow();
    }
    set(tag, PENDING);
  }

  /** {@code tag} may be acknowledged. Returns whether so many may that it should be done now. */
  boolean ready(long tag) {
    requirePending(tag);
    set(tag, READY);
    ready++;
    lowestReady = Math.min(lowestReady, tag);
    return ready % batch == 0;
  }

  /** {@code tag} was settled on its own. */
  void settled(long tag) {
    requirePending(tag);
    set(tag, SETTLED);
  }

  /** Whether a tag waits to be acknowledged. */
  boolean waiting() {
    return ready > 0;
  }

  /** Acknowledges what can be acknowledged at {@code nanoTime}. */
  void flush(long nanoTime, Sink sink) throws IOException {
    flushBelowHole(sink);
    if (ready == 0) {
      holeSince = NO_HOLE;
      lowestReady = Long.MAX_VALUE;
    } else if (ready >= mostBehindHole
        || holeSince != NO_HOLE && nanoTime - holeSince >= HOLE_NANOS) {
      flushBehindHole(sink);
    } else if (holeSince == NO_HOLE) {
      holeSince = nanoTime;
    }
  }

  /** Acknowledges every ready tag, before the channel is closed. */
  void flushAll(Sink sink) throws IOException {
    flushBelowHole(sink);
    flushBehindHole(sink);
  }

  private void flushBelowHole(Sink sink) throws IOException {
    long bound = 0;
    while (low < high && get(low + 1) != PENDING) {
      low++;
      if (get(low) == READY) {
        bound = low;
        ready--;
      }
    }
    if (bound > 0) {
      sink.ack(bound, true);
    }
  }

  private void flushBehindHole(Sink sink) throws IOException {
    for (long tag = Math.max(low + 1, lowestReady); ready > 0; tag++) {
      if (get(tag) == READY) {
        set(tag, SETTLED);
        ready--;
        sink.ack(tag, false);
      }
    }
    holeSince = NO_HOLE;
    lowestReady = Long.MAX_VALUE;
  }

  private void requirePending(long tag) {
    if (tag <= low || tag > high || get(tag) != PENDING) {
      throw new IllegalStateException("tag " + tag + " is not pending");
    }
  }

  private byte get(long tag) {
    return states[(int) tag & states.length - 1];
  }

  private void set(long tag, byte state) {
    states[(int) tag & states.length - 1] = state;
  }

  private void grow() {
    byte[] old = states;
    states = new byte[old.length * 2];
    for (long tag = low + 1; tag < high; tag++) {
      set(tag, old[(int) tag & old.length - 1]);
    }
  }
}
