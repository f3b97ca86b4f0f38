package dev.sluice.broker.rabbit;

import com.rabbitmq.client.Connection;
import dev.sluice.broker.Broker.DeliveryListener;
import dev.sluice.topology.QueueSpec;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer on one queue through all the channels that it has in its life.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class QueueSubscription implements Consuming {
  private final QueueSpec spec;
  private final int prefetch;
  private final DeliveryListener listener;
  private final Declarations declarations;
  private final ScheduledExecutorService timer;
  private final Supervisor supervisor;
  private volatile @Nullable ConsumerChannel channel;
  private volatile boolean cancelled;

  QueueSubscription(
      QueueSpec spec,
      int prefetch,
      DeliveryListener listener,
      Declarations declarations,
      ScheduledExecutorService timer,
      Supervisor supervisor) {
    this.spec = spec;
    this.prefetch = prefetch;
    this.listener = listener;
    this.declarations = declarations;
    this.timer = timer;
    this.supervisor = supervisor;
  }

  @Override
  public String queue() {
    return spec.name();
  }

  @Override
  public synchronized void ensure(Connection connection) throws IOException {
    ConsumerChannel current = channel;
    if (cancelled || current != null && current.isConsuming()) {
      return;
    }
    if (current != null) {
      current.close();
    }
    declarations.queue(connection, spec);
    channel =
        ConsumerChannel.open(connection, spec.name(), prefetch, listener, timer, supervisor::nudge);
  }

  @Override
  public void forsaken() {
    onChannel(ConsumerChannel::close);
  }

  @Override
  public boolean active() {
    ConsumerChannel current = channel;
    return !cancelled && current != null && current.isConsuming();
  }

  @Override
  public void cancel() {
    cancelled = true;
    onChannel(ConsumerChannel::cancel);
  }

  @Override
  public void close() {
    supervisor.forget(this);
    if (spec.profile().singleActiveConsumer()) {
      // Were it cancelled first, the next consumer would start behind what this one gives back.
      cancelled = true;
    } else {
      cancel();
    }
    onChannel(ConsumerChannel::close);
  }

  /** Waits for an attempt to subscribe that is under way, then uses what it made. */
  private void onChannel(Consumer<ConsumerChannel> action) {
    ConsumerChannel current;
    synchronized (this) {
      current = channel;
    }
    if (current != null) {
      action.accept(current);
    }
  }
}
