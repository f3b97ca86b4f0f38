package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.sluice.broker.BrokerException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the broker, and the promise that its publisher holds. It is waiting, then
 * written, then done; only the thread that moves it on acts upon it.
 *
 * <p>Threading: safe; what is not final is written by the one thread that moved the state.
 */
final class Pending extends CompletableFuture<Void> {
  private static final AtomicIntegerFieldUpdater<Pending> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Pending.class, "state");
  private static final int WAITING = 0;
  private static final int WRITTEN = 1;
  private static final int DONE = 2;

  final String exchange;
  final String routingKey;
  final BasicProperties properties;
  final byte[] body;
  final boolean mandatory;

  /** {@code System.nanoTime} when it was made. */
  final long madeAt;

  long sequence;
  long writtenAt;
  @Nullable BrokerException failure;
  private volatile int state = WAITING;

  Pending(
      String exchange,
      String routingKey,
      BasicProperties properties,
      byte[] body,
      boolean mandatory,
      long nanoTime) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.properties = properties;
    this.body = body;
    this.mandatory = mandatory;
    this.madeAt = nanoTime;
  }

  /** From now on the message may be on the broker; false when it was given up before. */
  boolean writing(long nanoTime) {
    writtenAt = nanoTime;
    return STATE.compareAndSet(this, WAITING, WRITTEN);
  }

  /** It was not written after all. */
  void notWritten() {
    STATE.compareAndSet(this, WRITTEN, WAITING);
  }

  /** Gives up a message that was not written; false when it was, or is done. */
  boolean giveUp(BrokerException why) {
    return STATE.compareAndSet(this, WAITING, DONE) && failed(why);
  }

  /** The broker's answer, or that there is none: null for stored. False when it is done already. */
  boolean answered(@Nullable BrokerException why) {
    return STATE.compareAndSet(this, WRITTEN, DONE) && failed(why);
  }

  boolean isWaiting() {
    return state == WAITING;
  }

  /** Tells the publisher; runs what it attached. */
  void tell() {
    if (failure == null) {
      complete(null);
    } else {
      completeExceptionally(failure);
    }
  }

  /** Whether a returned message is this one, or one that cannot be told from it. */
  boolean isSame(
      String toExchange, String key, @Nullable String correlationId, byte[] returnedBody) {
    return failure == null
        && routingKey.equals(key)
        && exchange.equals(toExchange)
        && Objects.equals(properties.getCorrelationId(), correlationId)
        && Arrays.equals(body, returnedBody);
  }

  private boolean failed(@Nullable BrokerException why) {
    if (why != null) {
      failure = why;
    }
    return true;
  }
}
