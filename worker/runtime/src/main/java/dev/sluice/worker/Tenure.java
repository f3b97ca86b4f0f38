package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.message.Headers;
import dev.sluice.worker.order.KeyId;
import dev.sluice.worker.order.OrderKey;
import dev.sluice.worker.order.OrderRows;
import dev.sluice.worker.order.Term;
import dev.sluice.worker.order.Turn;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One channel's worth of deliveries of a partition queue: while it lasts, this worker alone
 * consumes the partition. It remembers which keys are held: as nobody else may write about them,
 * the usual task takes no query.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Tenure {
  private final Partition partition;
  private final OrderRows rows;
  private final Delivery first;

  /** Keys that are not free. Guarded by itself. */
  private final Set<KeyId> held = new HashSet<>();

  private final Object beginning = new Object();
  private volatile @Nullable Term term;
  private volatile boolean anyHeld;

  /**
   * A tenure.
   *
   * @param first tells by its channel how long the tenure lasts
   */
  Tenure(Partition partition, OrderRows rows, Delivery first) {
    this.partition = partition;
    this.rows = rows;
    this.first = first;
  }

  /** Whether the channel is still the same. */
  boolean lasts() {
    return first.open();
  }

  /** Whether nothing is handed out any more: what is not settled goes back with the channel. */
  boolean ended() {
    return partition.ended();
  }

  /** A delivery of this tenure. */
  OrderedDelivery of(Delivery delivery) {
    // Whoever sent a message without a key here wanted an order.
    String text =
        delivery.message().headers().get(Headers.ORDER_KEY) instanceof String given ? given : "";
    return new OrderedDelivery(delivery, this, OrderKey.of(delivery.queue(), text));
  }

  /** A delivery is settled, or left for whoever comes next. */
  void settled(OrderedDelivery delivery) {
    partition.settled(delivery);
  }

  /** Whether it is a task's turn; a task whose turn it is not waits in the database then. */
  @Nullable Turn turn(OrderedDelivery delivery) {
    return persist(
        delivery, current -> isHeld(delivery) ? ask(current, delivery, false) : Turn.FREE);
  }

  /** Makes a task hold its key; null when that was not possible before the channel closed. */
  @Nullable Turn hold(OrderedDelivery delivery) {
    return persist(delivery, current -> ask(current, delivery, true));
  }

  /** Gives the key of a task to the next one, if the task holds it; false when that failed. */
  boolean passOn(OrderedDelivery delivery) {
    if (term != null && !isHeld(delivery)) {
      return true;
    }
    if (!delivery.open()) {
      // It comes again, to whoever consumes the partition now.
      return false;
    }
    Turn turn =
        persist(
            delivery,
            current -> noted(delivery, rows.settled(current, delivery.key(), delivery.taskId())));
    if (turn == Turn.ITS_OWN) {
      partition.nudgeOutbox();
    }
    return turn == Turn.ITS_OWN || turn == Turn.FREE;
  }

  private Turn ask(Term current, OrderedDelivery delivery, boolean hold) throws SQLException {
    return noted(
        delivery,
        rows.turn(
            current,
            delivery.key(),
            delivery.taskId(),
            delivery.message().withoutBrokerHeaders(),
            hold));
  }

  private Turn noted(OrderedDelivery delivery, Turn turn) {
    synchronized (held) {
      if (turn == Turn.FREE) {
        held.remove(delivery.key().id());
      } else if (turn != Turn.TERM_IS_OVER) {
        held.add(delivery.key().id());
      }
      anyHeld = !held.isEmpty();
    }
    return turn;
  }

  private boolean isHeld(OrderedDelivery delivery) {
    if (!anyHeld) {
      return false;
    }
    synchronized (held) {
      return held.contains(delivery.key().id());
    }
  }

  /** Does it again until it is done, the channel is closed or the worker stops. */
  private @Nullable Turn persist(OrderedDelivery delivery, Write write) {
    for (boolean again = false; ; again = true) {
      try {
        Turn turn = write.in(begun());
        if (turn == Turn.TERM_IS_OVER) {
          partition.lost();
        }
        return turn;
      } catch (SQLException | RuntimeException e) {
        if (!delivery.open() || !partition.pause(again, e)) {
          return null;
        }
      }
    }
  }

  private Term begun() throws SQLException {
    if (term == null) {
      begin();
    }
    return Objects.requireNonNull(term);
  }

  private void begin() throws SQLException {
    synchronized (beginning) {
      if (term != null) {
        return;
      }
      Term begun = rows.begin(partition.name());
      synchronized (held) {
        held.addAll(begun.held());
        anyHeld = !held.isEmpty();
      }
      term = begun;
    }
  }

  /** Something written in a term. */
  @FunctionalInterface
  private interface Write {
    Turn in(Term current) throws SQLException;
  }
}
