package dev.sluice.settings;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Section {@code producer}: when this process refuses tasks.
 *
 * @param queues limits by queue, without namespace
 */
public record ProducerSettings(Map<String, Limits> queues) {

  public ProducerSettings {
    queues = Map.copyOf(queues);
  }

  /**
   * When a queue is full.
   *
   * @param maxWaiting messages that may wait
   * @param maxAge how long the oldest may have waited; takes {@code broker.managementUrl}
   */
  public record Limits(long maxWaiting, Optional<Duration> maxAge) {

    public Limits {
      if (maxAge.isPresent() && maxAge.get().isZero()) {
        throw new IllegalArgumentException("producer.queues.*.maxAge: must be longer than 0");
      }
    }
  }
}
