package dev.sluice.worker;

import dev.sluice.loop.Loop;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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

  /** While nothing runs: an idle worker shall sleep. What starts meanwhile is looked at later. */
  private static final Duration IDLE_SWEEP = Duration.ofMillis(500);

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
    boolean idle = true;
    for (QueueConsumer consumer : consumers.get()) {
      for (Slot slot : consumer.slots()) {
        List<Attempt> running = slot.current();
        idle &= running.isEmpty();
        check(consumer, slot, running, now);
      }
    }
    aborts.keySet().removeIf(attempt -> attempt.thread() == null);
    return idle ? IDLE_SWEEP : SWEEP;
  }

  /** Ends attempts by force: interrupts their threads and aborts their connections. */
  void abort(Collection<Attempt> attempts, Attempt.Cut why) {
    // All of a batch first: once its thread hears of one, it goes on without those that are cut.
    attempts.forEach(attempt -> attempt.cut(why));
    Map<Connection, Thread> byConnection = new IdentityHashMap<>();
    for (Attempt attempt : attempts) {
      Connection connection = attempt.interrupt();
      if (connection != null) {
        // The thread may be inside the driver and hold its lock: the abort has one of its own.
        aborts.computeIfAbsent(
            attempt,
            one -> byConnection.computeIfAbsent(connection, DeadlineWatch::abortingThread));
      }
    }
    byConnection.values().forEach(Thread::start);
  }

  /** Looks at what runs in a slot: one attempt, or those of a batch, which end together. */
  private void check(QueueConsumer consumer, Slot slot, List<Attempt> running, long now) {
    boolean over = false;
    for (Attempt attempt : running) {
      if (attempt.softLimitPassed(now)) {
        attempt.askToStop();
      }
      over |= attempt.hardLimitPassed(now);
    }
    if (!over) {
      return;
    }
    List<Attempt> live = running.stream().filter(attempt -> attempt.thread() != null).toList();
    if (live.stream().anyMatch(attempt -> attempt.cut() == null)) {
      live.forEach(attempt -> attempt.graceUntil(now + GRACE.toNanos()));
      abort(live, Attempt.Cut.TIME_LIMIT);
    } else if (live.stream().allMatch(attempt -> attempt.graceOver(now) && !aborting(attempt))) {
      abandon(consumer, slot, live);
    }
  }

  private void abandon(QueueConsumer consumer, Slot slot, List<Attempt> attempts) {
    Map<Attempt, Thread> stuck = new LinkedHashMap<>();
    for (Attempt attempt : attempts) {
      Thread thread = attempt.thread();
      if (thread != null && attempt.claim()) {
        stuck.put(attempt, thread);
      }
    }
    if (stuck.isEmpty()) {
      return;
    }
    consumer.replace(slot, stuck.size());
    slot.idle();
    stuck.forEach((attempt, thread) -> listener.stuck(attempt.ref(), thread));
    Thread settling =
        new Thread(() -> stuck.keySet().forEach(abandoned::settle), "sluice-abandoned");
    settling.setDaemon(true);
    settling.start();
  }

  private boolean aborting(Attempt attempt) {
    Thread abort = aborts.get(attempt);
    return abort != null && abort.isAlive();
  }

  private static Thread abortingThread(Connection connection) {
    Thread abort = new Thread(() -> abort(connection), "sluice-abort");
    abort.setDaemon(true);
    return abort;
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
      // H2 ignores the abort, and a pool takes the connection back only by this.
      connection.close();
    } catch (SQLException e) {
      log.debug("An aborted connection did not close cleanly: {}", e.getMessage());
    }
  }
}
