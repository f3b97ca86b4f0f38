package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import dev.sluice.broker.BrokerException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One channel in confirm mode, for as long as it lives: the epoch of its sequence numbers.
 *
 * <p>Threading: written to by the publisher's thread, answered by the connection's.
 */
final class PublishChannel {
  private final Channel channel;
  private final ConfirmLedger ledger;
  private final Publisher publisher;

  private PublishChannel(Channel channel, int window, Publisher publisher) {
    this.channel = channel;
    this.ledger = new ConfirmLedger(window);
    this.publisher = publisher;
  }

  static PublishChannel open(Connection connection, int window, Publisher publisher)
      throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    PublishChannel opened = new PublishChannel(channel, window, publisher);
    channel.addConfirmListener(opened::stored, opened::refused);
    channel.addReturnListener(opened::returned);
    channel.addShutdownListener(opened::closed);
    // Not confirmSelect(): that makes the client keep its own set of unconfirmed numbers.
    channel.rpc(new AMQP.Confirm.Select.Builder().nowait(false).build());
    return opened;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Writes without flushing; false when nothing was written because the channel is gone. */
  boolean write(Pending pending) throws IOException {
    if (!ledger.add(pending)) {
      return false;
    }
    try {
      channel.basicPublish(
          pending.exchange,
          pending.routingKey,
          pending.mandatory,
          false,
          pending.properties,
          pending.body);
    } catch (IllegalArgumentException e) {
      // The client encodes before it writes, so the broker has not counted this one.
      ledger.withdraw(pending);
      publisher.answered(
          List.of(pending),
          new BrokerException.Refused(
              "the message cannot be sent, make its headers smaller: " + e.getMessage()));
    }
    return true;
  }

  /** Messages that were written before {@code nanoTime} and have no answer. */
  List<Pending> writtenBefore(long nanoTime) {
    return ledger.writtenBefore(nanoTime);
  }

  private void stored(long sequence, boolean multiple) {
    publisher.answered(ledger.answered(sequence, multiple), null);
  }

  private void refused(long sequence, boolean multiple) {
    publisher.answered(
        ledger.answered(sequence, multiple),
        new BrokerException.Refused(
            "RabbitMQ refused the message (basic.nack): its queue is full or has no leader;"
                + " look at the queue, then publish again"));
  }

  private void returned(Return returned) {
    ledger.returned(
        pending ->
            pending.isSame(
                returned.getExchange(),
                returned.getRoutingKey(),
                returned.getProperties().getCorrelationId(),
                returned.getBody()),
        new BrokerException.Unroutable(
            "no queue took the message ("
                + returned.getReplyText()
                + "): there is no queue '"
                + returned.getRoutingKey()
                + "'; declare it, or start the worker that consumes it"));
  }

  private void closed(ShutdownSignalException cause) {
    List<Pending> left = ledger.close();
    String missing = missingExchange(cause);
    for (Pending pending : left) {
      // The exchange does not exist: as with an exchange without queues, nobody receives it.
      boolean nobodyThere = missing != null && missing.equals(pending.exchange);
      publisher.answered(List.of(pending), nobodyThere ? null : unknown(cause));
    }
    publisher.channelClosed();
  }

  private static BrokerException unknown(ShutdownSignalException cause) {
    return new BrokerException.Unknown(
        "the broker closed the channel before it confirmed the message, which may be stored;"
            + " publish it again with the same id: "
            + Reasons.of(cause),
        cause);
  }

  private static @Nullable String missingExchange(ShutdownSignalException cause) {
    if (!(cause.getReason() instanceof AMQP.Channel.Close close)
        || close.getReplyCode() != Reasons.NOT_FOUND
        || !close.getReplyText().contains("no exchange '")) {
      return null;
    }
    return close.getReplyText().replaceFirst(".*no exchange '([^']*)'.*", "$1");
  }
}
