package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of one queue that wait for a slot, and the order in which they get one.
 *
 * <p>Threading: every method may be called by any thread.
 */
interface Backlog {

  void add(Delivery delivery);

  /** The next delivery, waiting for it. */
  Delivery take() throws InterruptedException;

  /** The next delivery; null when there is none within {@code nanos}. */
  @Nullable Delivery poll(long nanos) throws InterruptedException;

  /** The next delivery, of those that nobody may start any more too; null when there is none. */
  @Nullable Delivery poll();

  /** A delivery that it gave out is settled. */
  void settled(Delivery delivery);

  int size();
}
