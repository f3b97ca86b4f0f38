package dev.sluice.worker.governor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that wait for the same thing, first come, first served.
 *
 * <p>Threading: every method may be called by any thread; what the first waits for is its owner's,
 * who guards it with {@link #lock}.
 */
final class Line {
  /** The clock may be a test's: it is looked at so often at least. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Place> places = new ArrayDeque<>();

  ReentrantLock lock() {
    return lock;
  }

  /** Goes to the end of the line; with the lock held. */
  Place join() {
    Place place = new Place();
    places.addLast(place);
    return place;
  }

  /** How many wait. */
  int size() {
    lock.lock();
    try {
      return places.size();
    } finally {
      lock.unlock();
    }
  }

  /** What the first waits for may have come. */
  void nudge() {
    lock.lock();
    try {
      Place first = places.peekFirst();
      if (first != null) {
        first.moved.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A place in the line; all methods with the lock held. */
  final class Place {
    private final Condition moved = lock.newCondition();

    private Place() {}

    boolean first() {
      return places.peekFirst() == this;
    }

    /** How many are before it. */
    int before() {
      int before = 0;
      for (Place place : places) {
        if (place == this) {
          return before;
        }
        before++;
      }
      return before;
    }

    /** Waits for a nudge, or for it to be the first; not long. */
    void await(long nanos) throws InterruptedException {
      moved.awaitNanos(Math.min(nanos, LOOK_NANOS));
    }

    /** Lets others in while the first asks elsewhere. */
    void unlocked() {
      lock.unlock();
    }

    void locked() {
      lock.lock();
    }

    void leave() {
      places.remove(this);
      nudge();
    }
  }
}
