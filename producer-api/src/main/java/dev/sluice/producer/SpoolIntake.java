package dev.sluice.producer;

import dev.sluice.broker.Broker;
import dev.sluice.loop.LoopRunner;
import dev.sluice.producer.ProducerHealth.Waiting;
import dev.sluice.spool.Spool;
import dev.sluice.spool.SpoolException;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.spool.SpoolRelay;
import dev.sluice.spool.SpoolView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends new tasks to the local log; its relay, a thread of this process or another process,
 * publishes them.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class SpoolIntake implements Intake {
  private static final Logger log = LoggerFactory.getLogger(SpoolIntake.class);
  private static final CompletableFuture<Void> STORED = CompletableFuture.completedFuture(null);
  private static final Duration UNTIL_NUDGED = Duration.ofSeconds(1);

  private final Spool spool;
  private final Duration flushTimeout;
  private final long leftovers;
  private final @Nullable SpoolRelay relay;
  private final @Nullable LoopRunner relaying;

  /**
   * An intake on an open spool.
   *
   * @param leftovers what an earlier process left in it
   */
  private SpoolIntake(
      Spool spool, long leftovers, Duration flushTimeout, @Nullable SpoolRelay relay) {
    this.spool = spool;
    this.leftovers = leftovers;
    this.flushTimeout = flushTimeout;
    this.relay = relay;
    relaying = relay == null ? null : LoopRunner.start("spool-relay", relay);
  }

  /**
   * Opens a spool.
   *
   * @param broker what it is relayed to by this process, if its options want that; null for none
   * @throws SpoolException when it cannot be opened
   */
  static SpoolIntake open(ProducerOptions options, SpoolOptions spool, @Nullable Broker broker) {
    Spool opened = Spool.open(spool);
    if (broker == null || !spool.relay()) {
      return new SpoolIntake(opened, 0, options.flushTimeout(), null);
    }
    try {
      long leftovers = new SpoolView(spool.folder()).waiting();
      SpoolRelay relay =
          SpoolRelay.open(
              spool.folder(),
              broker,
              new SpoolRelay.Options(
                  options.queues(), spool.relayRate(), UNTIL_NUDGED, options.clock()));
      return new SpoolIntake(opened, leftovers, options.flushTimeout(), relay);
    } catch (IOException e) {
      opened.close();
      throw new UncheckedIOException("the spool " + spool.folder() + " cannot be read", e);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public CompletableFuture<Void> take(NewTask task) {
    try {
      spool.append(task.routed());
      // A relay at work finds the message by itself, and waking a thread costs more than appending.
      if (relay != null && relaying != null && relay.idle()) {
        relaying.nudge();
      }
      return STORED;
    } catch (SpoolException e) {
      return CompletableFuture.failedFuture(explanation(task, e));
    }
  }

  @Override
  public List<CompletableFuture<Void>> takeAll(List<NewTask> tasks) {
    return tasks.stream().map(this::take).toList();
  }

  /** Where another process relays, that is counted by reading it. */
  @Override
  public Waiting waiting() {
    SpoolView view = new SpoolView(spool.options().folder());
    try {
      if (relay == null) {
        return new Waiting(view.waiting(), view.oldest(), view.parked());
      }
      long messages = leftovers + spool.appended() - relay.progress().relayed();
      // The relay forgets its oldest a moment after it has counted it.
      return messages <= 0
          ? new Waiting(0, null, view.parked())
          : new Waiting(messages, relay.progress().oldest(), view.parked());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the spool " + spool.options().folder() + " cannot be read", e);
    }
  }

  /** Gives the relay a bounded time to publish what is left; what then remains stays. */
  @Override
  public void close() {
    spool.close();
    if (relay != null && relaying != null) {
      flush(relay, relaying);
    }
  }

  private void flush(SpoolRelay open, LoopRunner running) {
    boolean drained = false;
    try {
      running.nudge();
      drained = open.progress().awaitDrained(flushTimeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running.close();
    try {
      open.close();
      if (!drained) {
        log.warn(
            "{} messages are left in the spool {}: the next process that opens it publishes them, or"
                + " 'sluice relay {}' now",
            new SpoolView(spool.options().folder()).waiting(),
            spool.options().folder(),
            spool.options().folder());
      }
    } catch (IOException e) {
      log.warn("the relay of {} could not be closed", spool.options().folder(), e);
    }
  }

  private static EnqueueException explanation(NewTask task, SpoolException e) {
    if (e instanceof SpoolException.Full full) {
      return new SpoolFull(task.taskId(), task.taskName(), full);
    }
    if (e instanceof SpoolException.Failed failed) {
      return new SpoolFailed(task.taskId(), task.taskName(), failed);
    }
    return new EnqueueUnknown(task.taskId(), task.taskName(), e);
  }
}
