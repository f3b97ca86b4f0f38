package dev.sluice.relay;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes stored messages and waits a bounded time for the confirms. Of messages with one order
 * key each is published once the one before it is confirmed, and shares its fate otherwise.
 *
 * <p>Threading: for one thread, its relay's.
 *
 * @param <S> what is stored
 */
public final class RelayPublisher<S extends Stored> {
  private final Broker broker;
  private final DeclaredQueues queues;
  private final Duration patience;

  /**
   * A publisher.
   *
   * @param patience how long a round waits for confirms: an outbox holds its rows locked meanwhile
   */
  public RelayPublisher(Broker broker, DeclaredQueues queues, Duration patience) {
    this.broker = broker;
    this.queues = queues;
    this.patience = patience;
  }

  /** Publishes all, then waits for all confirms. */
  public List<Published<S>> together(List<S> batch) throws InterruptedException {
    List<@Nullable CompletableFuture<Void>> confirms = new ArrayList<>(batch.size());
    Map<String, CompletableFuture<Void>> byOrderKey = new HashMap<>();
    boolean away = false;
    for (S stored : batch) {
      CompletableFuture<Void> confirm = away ? null : publish(stored, byOrderKey);
      confirms.add(confirm);
      away = away || confirm != null && fateNow(confirm) == Fate.BROKER_AWAY;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    List<Published<S>> results = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      CompletableFuture<Void> confirm = confirms.get(i);
      results.add(
          confirm == null
              ? new Published<>(batch.get(i), Fate.OPEN, "")
              : result(batch.get(i), confirm, deadline));
    }
    return results;
  }

  /**
   * Publishes one after the other, each when the one before is confirmed, until one breaks the
   * channel or the time is up.
   */
  public List<Published<S>> oneByOne(List<S> batch) throws InterruptedException {
    List<Published<S>> results = new ArrayList<>(batch.size());
    long deadline = System.nanoTime() + patience.toNanos();
    Map<String, CompletableFuture<Void>> byOrderKey = new HashMap<>();
    boolean stopped = false;
    for (S stored : batch) {
      if (stopped || System.nanoTime() - deadline > 0) {
        results.add(new Published<>(stored, Fate.OPEN, ""));
        continue;
      }
      Published<S> result = result(stored, publish(stored, byOrderKey), deadline);
      if (result.fate() == Fate.BROKEN) {
        result = new Published<>(stored, Fate.STRUCK, result.reason());
      }
      stopped =
          switch (result.fate()) {
            case STRUCK, OPEN, BROKER_AWAY -> true;
            default -> false;
          };
      results.add(result);
    }
    return results;
  }

  private CompletableFuture<Void> publish(
      S stored, Map<String, CompletableFuture<Void>> byOrderKey) {
    RoutedMessage routed;
    try {
      routed = stored.read();
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!(routed.message().headers().get(Headers.ORDER_KEY) instanceof String key)) {
      return publish(routed);
    }
    String chain = routed.queue() + '\n' + key;
    CompletableFuture<Void> before = byOrderKey.get(chain);
    CompletableFuture<Void> confirm =
        before == null ? publish(routed) : before.thenCompose(ok -> publish(routed));
    byOrderKey.put(chain, confirm);
    return confirm;
  }

  private CompletableFuture<Void> publish(RoutedMessage routed) {
    try {
      queues.ensure(routed.queue());
      return broker.publish(routed.route(), routed.message());
    } catch (BrokerException | IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Published<S> result(S stored, CompletableFuture<Void> confirm, long deadline)
      throws InterruptedException {
    try {
      confirm.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return new Published<>(stored, Fate.CONFIRMED, "");
    } catch (TimeoutException e) {
      return new Published<>(stored, Fate.OPEN, "");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokerException.Unroutable) {
        queues.forget(stored.queue());
      }
      return new Published<>(stored, fate(e.getCause()), String.valueOf(e.getCause().getMessage()));
    }
  }

  private static Fate fateNow(CompletableFuture<Void> confirm) {
    if (!confirm.isCompletedExceptionally()) {
      return Fate.OPEN;
    }
    return confirm.handle((ok, failure) -> fate(unwrapped(failure))).join();
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static Fate fate(Throwable failure) {
    if (failure instanceof BrokerException.Unavailable) {
      return Fate.BROKER_AWAY;
    }
    if (failure instanceof BrokerException.Unroutable
        || failure instanceof BrokerException.Refused) {
      return Fate.REFUSED;
    }
    return failure instanceof BrokerException.Unknown ? Fate.BROKEN : Fate.IMPOSSIBLE;
  }
}
