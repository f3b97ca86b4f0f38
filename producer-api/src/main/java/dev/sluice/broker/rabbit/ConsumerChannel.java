package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP.Basic;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.sluice.broker.Broker.DeliveryListener;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer on one channel, for as long as the channel lives.
 *
 * <p>Threading: deliveries come from the thread that reads the connection; every other method may
 * be called by any thread. The lock orders acknowledgements on the wire.
 */
final class ConsumerChannel extends DefaultConsumer {
  private static final Logger log = LoggerFactory.getLogger(ConsumerChannel.class);
  private static final long ACK_DELAY_MILLIS = 5;
  private static final long CANCEL_SECONDS = 10;

  private final String queue;
  private final DeliveryListener listener;
  private final ScheduledExecutorService timer;
  private final Runnable onEnd;
  private final Object lock = new Object();
  private final AckTracker tracker;
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean flushScheduled;
  private volatile @Nullable Thread delivering;

  private ConsumerChannel(
      Channel channel,
      String queue,
      int prefetch,
      DeliveryListener listener,
      ScheduledExecutorService timer,
      Runnable onEnd) {
    super(channel);
    this.queue = queue;
    this.listener = listener;
    this.timer = timer;
    this.onEnd = onEnd;
    tracker = new AckTracker(prefetch);
  }

  /** Starts to consume. {@code onEnd} runs when that ends without our doing. */
  static ConsumerChannel open(
      Connection connection,
      String queue,
      int prefetch,
      DeliveryListener listener,
      ScheduledExecutorService timer,
      Runnable onEnd)
      throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    ConsumerChannel opened = new ConsumerChannel(channel, queue, prefetch, listener, timer, onEnd);
    try {
      channel.basicQos(prefetch, false);
      channel.basicConsume(queue, false, opened);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  String queue() {
    return queue;
  }

  boolean isOpen() {
    return getChannel().isOpen();
  }

  boolean isConsuming() {
    return isOpen() && ended.getCount() > 0;
  }

  void ack(long tag) {
    settle(
        () -> {
          if (tracker.ready(tag)) {
            flush();
          } else {
            scheduleFlush();
          }
        });
  }

  void giveBack(long tag) {
    settle(
        () -> {
          tracker.settled(tag);
          getChannel().basicNack(tag, false, true);
        });
  }

  /** Stops deliveries; returns when the last one was handed over. */
  void cancel() {
    if (!isConsuming()) {
      return;
    }
    try {
      // Not basicCancel: a listener that cancels is on the thread that must read the answer.
      getChannel()
          .asyncCompletableRpc(new Basic.Cancel.Builder().consumerTag(getConsumerTag()).build())
          .thenRun(ended::countDown);
      if (delivering != Thread.currentThread() && !ended.await(CANCEL_SECONDS, TimeUnit.SECONDS)) {
        log.warn("The listener of queue {} has not returned for {} s", queue, CANCEL_SECONDS);
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("The consumer of queue {} was gone already", queue, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends the acknowledgements that wait, then gives everything else back. */
  void close() {
    if (delivering == Thread.currentThread()) {
      // The listener itself closes: this thread has to read the broker's answer.
      Thread other = new Thread(this::close, "sluice-rabbit-close");
      other.setDaemon(true);
      other.start();
      return;
    }
    ended.countDown();
    settle(() -> tracker.flushAll(getChannel()::basicAck));
    try {
      if (isOpen()) {
        getChannel().close();
      }
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      log.debug("The channel of queue {} was closed already", queue, e);
    }
  }

  @Override
  public void handleDelivery(
      String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
    long tag = envelope.getDeliveryTag();
    synchronized (lock) {
      tracker.delivered(tag);
    }
    delivering = Thread.currentThread();
    try {
      listener.onDelivery(
          new RabbitDelivery(
              this, tag, envelope.isRedeliver(), AmqpMessages.message(properties, body)));
    } catch (RuntimeException e) {
      log.error("The listener of queue {} failed", queue, e);
    } finally {
      delivering = null;
    }
  }

  @Override
  public void handleCancelOk(String consumerTag) {
    ended.countDown();
  }

  /** The broker's doing: the queue was deleted, or its node is gone. */
  @Override
  public void handleCancel(String consumerTag) {
    ended.countDown();
    onEnd.run();
  }

  @Override
  public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
    ended.countDown();
    onEnd.run();
  }

  /** Settling as far as the channel is still there; otherwise there is nothing to do. */
  private void settle(Settling settling) {
    synchronized (lock) {
      if (!isOpen()) {
        return;
      }
      try {
        settling.run();
      } catch (IOException | ShutdownSignalException e) {
        log.debug("The channel of queue {} closed meanwhile", queue, e);
      }
    }
  }

  private void scheduleFlush() {
    if (!flushScheduled) {
      flushScheduled = true;
      try {
        timer.schedule(this::flushLater, ACK_DELAY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("Too late to acknowledge, the broker is being closed", e);
      }
    }
  }

  private void flushLater() {
    settle(
        () -> {
          flushScheduled = false;
          flush();
        });
  }

  private void flush() throws IOException {
    tracker.flush(System.nanoTime(), getChannel()::basicAck);
    if (tracker.waiting()) {
      scheduleFlush();
    }
  }

  /** A step that may find the channel closed. */
  @FunctionalInterface
  private interface Settling {
    void run() throws IOException;
  }
}
