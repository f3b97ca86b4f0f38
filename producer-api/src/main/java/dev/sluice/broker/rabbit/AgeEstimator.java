package dev.sluice.broker.rabbit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Works out how old the oldest message of a first-in-first-out queue is, from looks at two numbers:
 * how many messages have left it so far, and how many are in it.
 *
 * <p>Number the messages in the order of their arrival. At a look, {@code left} are gone and {@code
 * left + present} have arrived. The oldest one present now has the number {@code left + 1}; so it
 * was there already at every look at which more than the present {@code left} had arrived. The
 * first such look tells how old it is at least, and the one before how old at most.
 *
 * <p>Threading: for one thread.
 */
final class AgeEstimator {
  /** Beyond this every second look is forgotten, so that memory has an end. */
  private static final int MOST = 4096;

  private static final int SLACK = 100;

  private final Deque<Look> looks = new ArrayDeque<>();

  /**
   * A look.
   *
   * @param nanos when, by a clock that never goes back
   * @param left messages that were handed over, each counted once, since the counter began
   * @param present messages that wait
   */
  record Look(long nanos, long left, long present) {
    long arrived() {
      return left + present;
    }
  }

  /**
   * Adds a look.
   *
   * @return how old the oldest message is at least; empty when the queue is empty
   */
  Optional<Duration> add(Look now) {
    Look before = looks.peekLast();
    if (before != null && (now.present() == 0 || startsAnew(before, now))) {
      looks.clear();
    }
    looks.addLast(now);
    while (looks.size() > 1 && first().arrived() <= now.left()) {
      looks.removeFirst();
    }
    if (looks.size() > MOST) {
      thinOut();
    }
    return now.present() == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(now.nanos() - first().nanos()));
  }

  /**
   * Whether the queue was declared or counted anew, or purged: what was seen before says nothing
   * any more. The two numbers are not counted at one instant, so that they may disagree by what
   * leaves within two intervals.
   */
  private static boolean startsAnew(Look before, Look now) {
    long slack = 2 * (now.left() - before.left()) + SLACK;
    return now.left() < before.left() || before.arrived() - now.arrived() > slack;
  }

  private Look first() {
    @Nullable Look first = looks.peekFirst();
    if (first == null) {
      throw new IllegalStateException("no look yet");
    }
    return first;
  }

  private void thinOut() {
    Deque<Look> kept = new ArrayDeque<>();
    boolean keep = true;
    for (Look look : looks) {
      if (keep) {
        kept.addLast(look);
      }
      keep = !keep;
    }
    Look last = looks.peekLast();
    if (last != null && kept.peekLast() != last) {
      kept.addLast(last);
    }
    looks.clear();
    looks.addAll(kept);
  }
}
