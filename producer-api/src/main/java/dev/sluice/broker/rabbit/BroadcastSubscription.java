package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.sluice.broker.Broker.BroadcastListener;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives a fanout exchange through an exclusive queue that the broker deletes with the
 * connection.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class BroadcastSubscription implements Consuming {
  private static final Logger log = LoggerFactory.getLogger(BroadcastSubscription.class);

  private final String exchange;
  private final String queue;
  private final BroadcastListener listener;
  private final Declarations declarations;
  private final Supervisor supervisor;
  private volatile @Nullable Receiver receiver;
  private volatile boolean cancelled;

  BroadcastSubscription(
      String exchange,
      String queue,
      BroadcastListener listener,
      Declarations declarations,
      Supervisor supervisor) {
    this.exchange = exchange;
    this.queue = queue;
    this.listener = listener;
    this.declarations = declarations;
    this.supervisor = supervisor;
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public synchronized void ensure(Connection connection) throws IOException {
    if (cancelled || active()) {
      return;
    }
    end();
    declarations.broadcastExchange(connection, exchange);
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    channel.queueDeclare(queue, false, true, true, Map.of());
    channel.queueBind(queue, exchange, "");
    Receiver opened = new Receiver(channel);
    channel.basicConsume(queue, true, opened);
    // Before it counts as active: who looks then must have been told.
    told();
    receiver = opened;
  }

  @Override
  public void forsaken() {
    end();
  }

  @Override
  public boolean active() {
    Receiver current = receiver;
    return !cancelled && current != null && current.consuming && current.getChannel().isOpen();
  }

  @Override
  public void cancel() {
    cancelled = true;
    end();
  }

  @Override
  public void close() {
    supervisor.forget(this);
    cancel();
  }

  private void told() {
    try {
      listener.onSubscribed();
    } catch (RuntimeException e) {
      log.error("The listener of exchange {} failed", exchange, e);
    }
  }

  private synchronized void end() {
    Receiver current = receiver;
    receiver = null;
    if (current != null && current.getChannel().isOpen()) {
      try {
        // A queue that vanishes with a message on its way makes RabbitMQ 4 refuse the broadcast.
        current.getChannel().queueUnbind(queue, exchange, "");
        current.getChannel().close();
      } catch (IOException | TimeoutException | ShutdownSignalException e) {
        log.debug("The channel of queue {} was closed already", queue, e);
      }
    }
  }

  /** One consumer, for as long as its channel lives. */
  private final class Receiver extends DefaultConsumer {
    private volatile boolean consuming = true;

    Receiver(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      if (cancelled) {
        return;
      }
      try {
        listener.onMessage(AmqpMessages.message(properties, body));
      } catch (RuntimeException e) {
        log.error("The listener of exchange {} failed", exchange, e);
      }
    }

    @Override
    public void handleCancel(String consumerTag) {
      consuming = false;
      supervisor.nudge();
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
      consuming = false;
      supervisor.nudge();
    }
  }
}
