package dev.sluice.broker;

import java.time.Instant;

/** Where a message goes. */
public sealed interface Route {

  /**
   * Straight to a queue; it must exist.
   *
   * @param queue its name on the broker, namespace included
   */
  record ToQueue(String queue) implements Route {}

  /**
   * To a queue, not before {@code eta}: through the delay ladder, on whose grain of one second the
   * wait is rounded up. The message gets the header {@code sluice-waited}. An eta that has passed
   * is no delay.
   */
  record Delayed(String queue, Instant eta) implements Route {}

  /** To an exchange that is not ours; it is no error when nobody receives it. */
  record ToExchange(String exchange, String routingKey) implements Route {}
}
