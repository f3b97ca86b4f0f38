package dev.sluice.cli;

import dev.sluice.producer.ProducerOptions;
import dev.sluice.producer.QueueLimits;
import dev.sluice.settings.SluiceSettings;

/** What the settings say about producers. */
public final class ProducerLimits {

  private ProducerLimits() {}

  /** Options with the limits of queues that section {@code producer} names. */
  public static ProducerOptions apply(SluiceSettings settings, ProducerOptions options) {
    ProducerOptions limited = options;
    for (var queue : settings.producer().queues().entrySet()) {
      QueueLimits its =
          new QueueLimits(queue.getValue().maxWaiting(), queue.getValue().maxAge().orElse(null));
      limited = limited.limit(queue.getKey(), its);
    }
    return limited;
  }
}
