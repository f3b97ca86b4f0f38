package dev.sluice.relay;

import dev.sluice.broker.RoutedMessage;

/** Something that was stored to be published: a row of the outbox, a record of the spool. */
public interface Stored {

  /** Its queue's name on the broker, namespace included. */
  String queue();

  /**
   * The message.
   *
   * @throws IllegalArgumentException when the stored bytes are none
   */
  RoutedMessage read();
}
