package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what must be confirmed before a delivery is acknowledged.
 *
 * <p>Threading: stateless.
 */
final class CopyPublisher {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Longer than any broker's own wait for a confirm; only a guard. */
  private static final Duration CONFIRM_GUARD = Duration.ofMinutes(1);

  private final Broker broker;
  private final DeclaredQueues declared;
  private final Duration patience;
  private final RandomGenerator random;

  /**
   * A publisher.
   *
   * @param patience how long a copy that is not confirmed is published again
   */
  CopyPublisher(Broker broker, DeclaredQueues declared, Duration patience, RandomGenerator random) {
    this.broker = broker;
    this.declared = declared;
    this.patience = patience;
    this.random = random;
  }

  /** Publishes until all are confirmed; returns why that did not succeed, null when it did. */
  @Nullable String publish(Delivery delivery, List<Settlement.Copy> copies) {
    if (copies.isEmpty()) {
      return null;
    }
    long start = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    List<Settlement.Copy> open = copies;
    while (true) {
      try {
        List<BrokerException> failures = new ArrayList<>();
        open = publishOnce(open, failures);
        if (open.isEmpty()) {
          return null;
        }
        String why = String.valueOf(failures.get(0).getMessage());
        if (!delivery.open()) {
          return "the broker has taken it back: " + why;
        }
        if (System.nanoTime() - start > patience.toNanos()) {
          return "its copy was not confirmed for " + patience + ": " + why;
        }
        Thread.sleep(pause.toMillis() / 2 + random.nextLong(pause.toMillis() / 2 + 1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "the worker stopped before its copy was confirmed";
      }
      pause = pause.multipliedBy(2);
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        pause = LONGEST_PAUSE;
      }
    }
  }

  /** Publishes one, once; returns whether it is confirmed. */
  boolean publishOnce(Settlement.Copy copy) throws InterruptedException {
    return publishOnce(List.of(copy), new ArrayList<>()).isEmpty();
  }

  /** Publishes all, then waits for all; returns those that are not confirmed. */
  private List<Settlement.Copy> publishOnce(
      List<Settlement.Copy> copies, List<BrokerException> failures) throws InterruptedException {
    List<CompletableFuture<Void>> confirms = new ArrayList<>(copies.size());
    for (Settlement.Copy copy : copies) {
      confirms.add(publish(copy));
    }
    List<Settlement.Copy> open = new ArrayList<>();
    for (int i = 0; i < copies.size(); i++) {
      BrokerException failure = failureOf(confirms.get(i));
      if (failure != null) {
        open.add(copies.get(i));
        failures.add(failure);
        if (failure instanceof BrokerException.Unroutable) {
          declared.forget(queueOf(copies.get(i).route()));
        }
      }
    }
    return open;
  }

  private CompletableFuture<Void> publish(Settlement.Copy copy) {
    try {
      declared.ensure(queueOf(copy.route()));
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
    return broker.publish(copy.route(), copy.message());
  }

  private static String queueOf(Route route) {
    return route instanceof Route.Delayed delayed
        ? delayed.queue()
        : ((Route.ToQueue) route).queue();
  }

  private static @Nullable BrokerException failureOf(CompletableFuture<Void> confirm)
      throws InterruptedException {
    try {
      confirm.get(CONFIRM_GUARD.toMillis(), TimeUnit.MILLISECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof BrokerException known
          ? known
          : new BrokerException.Unknown(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      return new BrokerException.Unknown("no confirm for " + CONFIRM_GUARD, e);
    }
  }
}
