package dev.sluice.broker.rabbit;

import dev.sluice.broker.BrokerException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The unconfirmed messages of one channel by sequence number: a ring for the usual case, and a map
 * for the few that are still unconfirmed when the ring has come round.
 *
 * <p>Threading: safe; its lock is never held while anything waits.
 */
final class ConfirmLedger {
  private final @Nullable Pending[] ring;
  private final TreeMap<Long, Pending> stragglers = new TreeMap<>();

  /** Everything up to this number is out of the ring. */
  private long low;

  private long high;
  private boolean closed;

  ConfirmLedger(int window) {
    ring = new Pending[Integer.highestOneBit(Math.max(64, window)) * 2];
  }

  /** Takes the next message and numbers it; false when the channel is gone. */
  synchronized boolean add(Pending pending) {
    if (closed) {
      return false;
    }
    pending.sequence = ++high;
    int slot = slot(high);
    Pending old = ring[slot];
    if (old != null) {
      stragglers.put(old.sequence, old);
    }
    ring[slot] = pending;
    low = Math.max(low, high - ring.length);
    return true;
  }

  /** Takes back the message added last, of which nothing was written. */
  synchronized void withdraw(Pending pending) {
    if (!closed && pending.sequence == high) {
      ring[slot(high)] = null;
      high--;
      low = Math.min(low, high);
    }
  }

  /** Removes what the broker answered for, oldest first. */
  synchronized List<Pending> answered(long sequence, boolean multiple) {
    List<Pending> answered = new ArrayList<>(multiple ? 64 : 1);
    if (!multiple) {
      Pending one = sequence > low ? take(sequence) : stragglers.remove(sequence);
      if (one != null) {
        answered.add(one);
      }
      return answered;
    }
    if (!stragglers.isEmpty()) {
      Iterator<Pending> old = stragglers.headMap(sequence, true).values().iterator();
      while (old.hasNext()) {
        answered.add(old.next());
        old.remove();
      }
    }
    for (long bound = Math.min(sequence, high); low < bound; ) {
      Pending one = take(++low);
      if (one != null) {
        answered.add(one);
      }
    }
    return answered;
  }

  /** Notes why the oldest message that {@code isIt} will fail when the broker answers for it. */
  synchronized void returned(Predicate<Pending> isIt, BrokerException why) {
    for (Pending pending : all()) {
      if (isIt.test(pending)) {
        pending.failure = why;
        return;
      }
    }
  }

  /** Removes those that were written before {@code nanoTime}. */
  synchronized List<Pending> writtenBefore(long nanoTime) {
    List<Pending> late = new ArrayList<>(0);
    while (!stragglers.isEmpty() && stragglers.firstEntry().getValue().writtenAt - nanoTime < 0) {
      late.add(stragglers.pollFirstEntry().getValue());
    }
    while (low < high) {
      Pending oldest = ring[slot(low + 1)];
      if (oldest != null && oldest.writtenAt - nanoTime >= 0) {
        break;
      }
      low++;
      if (oldest != null) {
        late.add(oldest);
        ring[slot(low)] = null;
      }
    }
    return late;
  }

  /** Removes everything and takes no more. */
  synchronized List<Pending> close() {
    closed = true;
    List<Pending> left = all();
    stragglers.clear();
    low = high;
    return left;
  }

  private List<Pending> all() {
    List<Pending> all = new ArrayList<>(stragglers.values());
    for (long sequence = low + 1; sequence <= high; sequence++) {
      Pending pending = ring[slot(sequence)];
      if (pending != null) {
        all.add(pending);
      }
    }
    return all;
  }

  private @Nullable Pending take(long sequence) {
    Pending pending = ring[slot(sequence)];
    if (pending == null || pending.sequence != sequence) {
      return null;
    }
    ring[slot(sequence)] = null;
    return pending;
  }

  private int slot(long sequence) {
    return (int) sequence & ring.length - 1;
  }
}
