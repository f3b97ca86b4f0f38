package dev.sluice.worker;

import dev.sluice.loop.Loop;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds running attempts to their time limits. At the soft one the handler is asked to stop; at the
 * hard one its thread is interrupted and its connection aborted, so that it cannot commit any more.
 * A thread that goes on regardless loses its slot; its delivery is settled without it once the
 * abort has returned, and what it decides later is ignored.
 *
 * <p>Threading: {@link #runOnce} by one thread; {@link #abort} by any.
 */
final class DeadlineWatch implements Loop {
  private static final Logger log = LoggerFactory.getLogger(DeadlineWatch.class);
  private static final Duration SWEEP = Duration.ofMillis(100);

  /** How long an interrupted thread may take to come to an end. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Supplier<List<QueueConsumer>> consumers;
  private final LongSupplier ticks;
  private final WorkerListener listener;
  private final Abandoned abandoned;

  /** Attempts past their hard limit, and the aborts of their connections. */
  private final Map<Attempt, Thread> aborts = new ConcurrentHashMap<>();

  /** What to do with a delivery whose handler's thread does not end. */
  @FunctionalInterface
  interface Abandoned {
    void settle(Attempt attempt);
  }

  DeadlineWatch(
      Supplier<List<QueueConsumer>> consumers,
      LongSupplier ticks,
      WorkerListener listener,
      Abandoned abandoned) {
    this.consumers = consumers;
    this.ticks = ticks;
    this.listener = listener;
    this.abandoned = abandoned;
  }

  @Override
  public Duration runOnce() {
    long now = ticks.getAsLong();
    for (QueueConsumer consumer : consumers.get()) {
      for (Slot slot : consumer.slots()) {
        Attempt attempt = slot.current();
        if (attempt != null) {
          check(consumer, slot, attempt, now);
        }
      }
    }
    aborts.keySet().removeIf(attempt -> attempt.thread() == null);
    return SWEEP;
  }

  /** Ends an attempt by force: interrupts its thread and aborts its connection. */
  void abort(Attempt attempt, Attempt.Cut why) {
    Connection connection = attempt.cut(why);
    // The thread may be inside the driver and hold its lock: the abort has one of its own.
    Thread abort = new Thread(() -> abort(connection), "sluice-abort");
    abort.setDaemon(true);
    if (aborts.putIfAbsent(attempt, abort) == null) {
      abort.start();
    }
  }

  private void check(QueueConsumer consumer, Slot slot, Attempt attempt, long now) {
    if (attempt.softLimitPassed(now)) {
      attempt.askToStop();
    }
    if (!attempt.hardLimitPassed(now)) {
      return;
    }
    if (attempt.cut() == null) {
      attempt.graceUntil(now + GRACE.toNanos());
      abort(attempt, Attempt.Cut.TIME_LIMIT);
    } else if (attempt.graceOver(now) && !aborting(attempt)) {
      abandon(consumer, slot, attempt);
    }
  }

  private void abandon(QueueConsumer consumer, Slot slot, Attempt attempt) {
    Thread thread = attempt.thread();
    if (thread == null || !attempt.claim()) {
      return;
    }
    consumer.replace(slot);
    slot.idle();
    listener.stuck(attempt.ref(), thread);
    Thread settling = new Thread(() -> abandoned.settle(attempt), "sluice-abandoned");
    settling.setDaemon(true);
    settling.start();
  }

  private boolean aborting(Attempt attempt) {
    Thread abort = aborts.get(attempt);
    return abort != null && abort.isAlive();
  }

  private static void abort(@Nullable Connection connection) {
    if (connection == null) {
      return;
    }
    try {
      connection.abort(Runnable::run);
      // H2 ignores the abort, and a pool takes the connection back only by this.
      connection.close();
    } catch (SQLException e) {
      log.debug("An aborted connection did not close cleanly: {}", e.getMessage());
    }
  }
}
