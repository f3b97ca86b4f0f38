package dev.sluice.outbox;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.MessageBytes;
import dev.sluice.relay.Stored;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A claimed row of the outbox.
 *
 * @param eta not before this; null for at once
 * @param message as {@link MessageBytes} wrote it
 * @param failures how often the broker would not take the message
 * @param strikes how often the channel broke under the message when it was published alone
 * @param failingSince when it failed first; null when it never did
 */
record OutboxRow(
    long id,
    String queue,
    @Nullable Instant eta,
    byte[] message,
    int failures,
    int strikes,
    @Nullable Instant failingSince)
    implements Stored {

  @Override
  public RoutedMessage read() {
    return new RoutedMessage(queue, eta, MessageBytes.read(message));
  }

  /** Whether the message may harm those that share a channel with it. */
  boolean suspect() {
    return failures > 0;
  }
}
