package dev.sluice.broker.rabbit;

import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;

/**
 * From RabbitMQ 4.0 on a quorum queue that does not say otherwise destroys a message at its 21st
 * return, or hands it to its dead-letter exchange if it has one.
 */
final class DeliveryLimits {
  private static final int FIRST_WITH_A_DEFAULT = 4;

  private DeliveryLimits() {}

  /**
   * Whether the broker's default may apply to a queue.
   *
   * @param version of RabbitMQ, such as {@code 4.0.5}
   * @param asDeclared whether the queue has the arguments that its profile asks for
   */
  static boolean mayDestroy(String version, QueueSpec queue, boolean asDeclared) {
    boolean ours = queue.profile() == Profile.QUORUM || queue.profile() == Profile.ORDERED;
    boolean celerys = queue.profile() == Profile.CELERY_QUORUM;
    return major(version) >= FIRST_WITH_A_DEFAULT && (celerys || ours && !asDeclared);
  }

  private static int major(String version) {
    String digits = version.replaceFirst("\\D.*", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }
}
