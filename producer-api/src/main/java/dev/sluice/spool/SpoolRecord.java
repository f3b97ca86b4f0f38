package dev.sluice.spool;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.relay.Stored;
import java.time.Instant;

/**
 * A record as it was read, whole.
 *
 * @param position just behind it: the place to go on from once it is confirmed
 * @param appendedAt when it was appended
 * @param body not to be changed
 */
record SpoolRecord(SpoolPosition position, Instant appendedAt, byte[] body) implements Stored {

  long sequence() {
    return position.sequence();
  }

  /**
   * The message in it.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  @Override
  public RoutedMessage read() {
    return RecordBody.read(body);
  }

  /**
   * The queue in it.
   *
   * @throws IllegalArgumentException when the bytes are no message
   */
  @Override
  public String queue() {
    return RecordBody.queue(body);
  }
}
