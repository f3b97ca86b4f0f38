package dev.sluice.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code broker}: where tasks wait.
 *
 * @param url RabbitMQ, {@code amqp://} or {@code amqps://}
 * @param namespace prefix of every queue and exchange of ours; empty for none
 * @param window messages published and not yet confirmed
 * @param confirmTimeout how long a publish waits for the broker's confirm
 * @param blockedTimeout how long a publish waits for a blocked broker or a full window
 * @param maxBodyBytes the largest body a producer sends
 * @param managementUrl RabbitMQ's management API, {@code http://} or {@code https://}; {@code
 *     maxAge} takes it
 */
public record BrokerSettings(
    Optional<MaskedUrl> url,
    String namespace,
    int window,
    Duration confirmTimeout,
    Duration blockedTimeout,
    int maxBodyBytes,
    Optional<MaskedUrl> managementUrl) {

  public BrokerSettings {
    if (confirmTimeout.isZero()) {
      throw new IllegalArgumentException("broker.confirmTimeout: must be longer than 0");
    }
    if (blockedTimeout.isZero()) {
      throw new IllegalArgumentException("broker.blockedTimeout: must be longer than 0");
    }
  }
}
