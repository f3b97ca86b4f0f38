package dev.sluice.spool;

import dev.sluice.relay.Fate;
import dev.sluice.relay.Published;
import dev.sluice.topology.OrderPartitions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Messages that stay in the log because their queue takes none, and either no more can be set aside
 * or they have an order key, so that none may pass them; and what left past them. The relay's
 * position stays before the first of them, so that a crash loses nothing: it only publishes again
 * what had left past them.
 *
 * <p>Threading: for one thread, its relay's.
 */
final class HeldBack {
  /** How long a queue that refused is left in peace: each look reads the log again from there. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  /** About 10 MB of memory. Behind so many the relay goes on publishing but may repeat itself. */
  static final int MOST_AHEAD = 100_000;

  private final InstantSource clock;
  private final Map<String, Instant> refusing = new HashMap<>();
  private final Map<Long, Integer> strikes = new HashMap<>();
  private final Set<Long> ahead = new HashSet<>();
  private boolean any;
  private boolean anyForWantOfRoom;
  private Instant due = Instant.MIN;

  HeldBack(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether a message was passed over since the relay last went back. */
  boolean any() {
    return any;
  }

  /** Whether a message was passed over that may be set aside once there is room. */
  boolean anyForWantOfRoom() {
    return anyForWantOfRoom;
  }

  /** Whether it is time to go back to the first. */
  boolean due() {
    return !clock.instant().isBefore(due);
  }

  /** Holds back a message, and for a while those that follow for its queue. */
  void hold(SpoolRecord refused) {
    Instant until = clock.instant().plus(PAUSE);
    refusing.put(refused.queue(), until);
    passOver(refused.queue(), until);
  }

  /** Whether a message that was not taken stays in the log, as nothing of its key may pass it. */
  boolean mustStay(Published<SpoolRecord> result) {
    if (result.fate() == Fate.IMPOSSIBLE || !ordered(result.stored().queue())) {
      return false;
    }
    int struck = result.fate() == Fate.STRUCK ? 1 : 0;
    return strikes.merge(result.stored().sequence(), struck, Integer::sum)
        < AsideRecord.MAX_STRIKES;
  }

  /** What did not stay although it has an order key: it harms every channel, and is parked. */
  Published<SpoolRecord> judged(Published<SpoolRecord> result) {
    return strikes.remove(result.stored().sequence()) == null
        ? result
        : new Published<>(result.stored(), Fate.IMPOSSIBLE, result.reason());
  }

  /** Remembers what left past a message that is held back. */
  void ahead(SpoolRecord done) {
    if (ahead.size() < MOST_AHEAD) {
      ahead.add(done.sequence());
    }
  }

  /**
   * Whether a message is not to be published now: it has left, or its queue is left in peace.
   *
   * @param full whether nothing more can be set aside
   */
  boolean skips(SpoolRecord record, boolean full) {
    if (ahead.contains(record.sequence())) {
      return true;
    }
    if (refusing.isEmpty()) {
      return false;
    }
    String queue = queueOf(record);
    Instant until = refusing.get(queue);
    if (until == null || !clock.instant().isBefore(until) || !full && !ordered(queue)) {
      return false;
    }
    passOver(queue, until);
    return true;
  }

  /** The relay reads again from its position. */
  void rewound() {
    any = false;
    anyForWantOfRoom = false;
    due = Instant.MIN;
  }

  /** Everything read has left. */
  void passed() {
    ahead.clear();
    refusing.clear();
    strikes.clear();
  }

  private static boolean ordered(String queue) {
    return OrderPartitions.queueOf(queue) != null;
  }

  private void passOver(String queue, Instant until) {
    if (!any || until.isBefore(due)) {
      due = until;
    }
    any = true;
    anyForWantOfRoom |= !ordered(queue);
  }

  private static String queueOf(SpoolRecord record) {
    try {
      return record.queue();
    } catch (IllegalArgumentException e) {
      // No message: it is parked as such.
      return "";
    }
  }
}
