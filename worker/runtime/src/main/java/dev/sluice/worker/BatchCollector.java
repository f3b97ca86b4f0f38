package dev.sluice.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Attempts of one task type and one queue that wait for others to run with.
 *
 * <p>Threading: none; {@link Batches} guards it.
 */
final class BatchCollector {
  private final IntSupplier size;
  private final long lingerNanos;
  private List<Attempt> waiting = new ArrayList<>();
  private long dueAt;

  /**
   * A collector.
   *
   * @param size tasks that make a batch; asked anew each time
   * @param lingerNanos how long the first one waits
   */
  BatchCollector(IntSupplier size, long lingerNanos) {
    this.size = size;
    this.lingerNanos = lingerNanos;
  }

  void add(Attempt attempt, long now) {
    if (waiting.isEmpty()) {
      dueAt = now + lingerNanos;
    }
    waiting.add(attempt);
  }

  /** A batch that is full or has waited long enough, first come, first served; empty for none. */
  List<Attempt> takeDue(long now) {
    int most = Math.max(1, size.getAsInt());
    if (waiting.isEmpty() || waiting.size() < most && dueAt - now > 0) {
      return List.of();
    }
    if (waiting.size() <= most) {
      return takeAll();
    }
    // Only when batches have become smaller meanwhile: what is left is as old, and due as well.
    List<Attempt> batch = new ArrayList<>(waiting.subList(0, most));
    waiting = new ArrayList<>(waiting.subList(most, waiting.size()));
    dueAt = now;
    return batch;
  }

  List<Attempt> takeAll() {
    List<Attempt> all = waiting;
    waiting = new ArrayList<>();
    return all;
  }

  /** Nanoseconds until a batch is due; {@link Batches#NEVER} when nothing waits. */
  long patience(long now) {
    return waiting.isEmpty() ? Batches.NEVER : Math.max(0, dueAt - now);
  }
}
