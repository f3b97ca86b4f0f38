package dev.sluice.topology;

import java.time.Duration;
import java.time.Instant;

/**
 * The arithmetic of the delay ladder: 28 queues with times to live of 2⁰ to 2²⁷ seconds, entered at
 * the highest set bit of the delay; each hop consumes one bit. The scheme is NServiceBus's and
 * Celery's; the prefix and the alternate exchange are ours.
 */
public final class DelayLadder {
  /** Number of levels, numbered 0 to 27. */
  public static final int LEVELS = 28;

  /** The longest delay, 2²⁸ − 1 seconds, about eight and a half years. */
  public static final Duration MAX_DELAY = Duration.ofSeconds((1L << LEVELS) - 1);

  /** Bytes that a queue's name may have, so that the routing key stays within AMQP's 255. */
  public static final int MAX_QUEUE_NAME_BYTES = 199;

  private static final String ANY_BITS = "*.".repeat(LEVELS);

  private DelayLadder() {}

  /**
   * Whole seconds from {@code now} until {@code eta}, rounded up; 0 when it has passed.
   *
   * @throws IllegalArgumentException when the eta is further away than {@link #MAX_DELAY}
   */
  public static long secondsUntil(Instant eta, Instant now) {
    Duration delay = Duration.between(now, eta);
    if (delay.isNegative() || delay.isZero()) {
      return 0;
    }
    if (delay.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(
          "eta " + eta + " is more than " + MAX_DELAY.toDays() + " days away, the longest delay");
    }
    return delay.getNano() == 0 ? delay.toSeconds() : delay.toSeconds() + 1;
  }

  /** The level that a delay of {@code seconds} ≥ 1 enters: its highest set bit. */
  public static int entryLevel(long seconds) {
    return 63 - Long.numberOfLeadingZeros(seconds);
  }

  /** 28 binary digits of {@code seconds}, most significant first, then the queue. */
  public static String routingKey(long seconds, String queue) {
    StringBuilder key = new StringBuilder(2 * LEVELS + queue.length());
    for (int level = LEVELS - 1; level >= 0; level--) {
      key.append((seconds >> level & 1) == 1 ? "1." : "0.");
    }
    return key.append(queue).toString();
  }

  /** Binding of a level's queue to its exchange: this level's bit is 1, the message waits here. */
  public static String waitKey(int level) {
    return "*.".repeat(LEVELS - 1 - level) + "1.#";
  }

  /** Binding of a level's exchange to the next lower one: this level's bit is 0, skip it. */
  public static String skipKey(int level) {
    return "*.".repeat(LEVELS - 1 - level) + "0.#";
  }

  /**
   * Binding of a work queue to the delivery exchange. Exactly 28 words before the name: {@code
   * #.orders} would also match {@code high.orders}.
   */
  public static String deliveryKey(String queue) {
    return ANY_BITS + queue;
  }

  /** Time to live in a level's queue, milliseconds. */
  public static long ttlMillis(int level) {
    return (1L << level) * 1000;
  }
}
