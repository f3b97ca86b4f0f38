package dev.sluice.producer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a queue is full to a producer, long before it is to the broker.
 *
 * @param maxWaiting messages that may wait in it, at least 1
 * @param maxAge how long the oldest may have waited; null for any time. On RabbitMQ it takes the
 *     management API ({@code RabbitOptions.managementUrl}) to know
 */
public record QueueLimits(long maxWaiting, @Nullable Duration maxAge) {

  public QueueLimits {
    if (maxWaiting < 1) {
      throw new IllegalArgumentException("maxWaiting must be at least 1, is " + maxWaiting);
    }
    if (maxAge != null && (maxAge.isNegative() || maxAge.isZero())) {
      throw new IllegalArgumentException("maxAge must be longer than 0, is " + maxAge);
    }
  }

  /** So many messages at most, whatever their age. */
  public static QueueLimits maxWaiting(long messages) {
    return new QueueLimits(messages, null);
  }

  public QueueLimits maxAge(Duration newMaxAge) {
    return new QueueLimits(maxWaiting, newMaxAge);
  }
}
