package dev.sluice.outbox;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.message.Message;
import dev.sluice.outbox.Published.Fate;
import dev.sluice.producer.DeclaredQueues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Publishes claimed rows and waits a bounded time for the confirms. */
final class OutboxPublisher {
  private final Broker broker;
  private final DeclaredQueues queues;
  private final Duration patience;

  /**
   * A publisher.
   *
   * @param patience how long a round waits for confirms: its rows are locked meanwhile
   */
  OutboxPublisher(Broker broker, DeclaredQueues queues, Duration patience) {
    this.broker = broker;
    this.queues = queues;
    this.patience = patience;
  }

  /** Publishes all rows, then waits for all confirms. */
  List<Published> together(List<OutboxRow> rows) throws InterruptedException {
    List<@Nullable CompletableFuture<Void>> confirms = new ArrayList<>(rows.size());
    boolean away = false;
    for (OutboxRow row : rows) {
      CompletableFuture<Void> confirm = away ? null : publish(row);
      confirms.add(confirm);
      away = away || confirm != null && fateNow(confirm) == Fate.BROKER_AWAY;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    List<Published> results = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      CompletableFuture<Void> confirm = confirms.get(i);
      results.add(
          confirm == null
              ? new Published(rows.get(i), Fate.OPEN, "")
              : result(rows.get(i), confirm, deadline));
    }
    return results;
  }

  /**
   * Publishes one row after the other, each when the one before is confirmed, until one breaks the
   * channel or the time is up.
   */
  List<Published> oneByOne(List<OutboxRow> rows) throws InterruptedException {
    List<Published> results = new ArrayList<>(rows.size());
    long deadline = System.nanoTime() + patience.toNanos();
    boolean stopped = false;
    for (OutboxRow row : rows) {
      if (stopped || System.nanoTime() - deadline > 0) {
        results.add(new Published(row, Fate.OPEN, ""));
        continue;
      }
      Published result = result(row, publish(row), deadline);
      if (result.fate() == Fate.BROKEN) {
        result = new Published(row, Fate.STRUCK, result.reason());
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

  private CompletableFuture<Void> publish(OutboxRow row) {
    try {
      Message message = MessageBytes.read(row.message());
      queues.ensure(row.queue());
      return broker.publish(
          row.eta() == null
              ? new Route.ToQueue(row.queue())
              : new Route.Delayed(row.queue(), row.eta()),
          message);
    } catch (BrokerException | IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Published result(OutboxRow row, CompletableFuture<Void> confirm, long deadline)
      throws InterruptedException {
    try {
      confirm.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return new Published(row, Fate.CONFIRMED, "");
    } catch (TimeoutException e) {
      return new Published(row, Fate.OPEN, "");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokerException.Unroutable) {
        queues.forget(row.queue());
      }
      return new Published(row, fate(e.getCause()), String.valueOf(e.getCause().getMessage()));
    }
  }

  private static Fate fateNow(CompletableFuture<Void> confirm) {
    if (!confirm.isCompletedExceptionally()) {
      return Fate.OPEN;
    }
    return confirm.handle((ok, failure) -> fate(failure)).join();
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
