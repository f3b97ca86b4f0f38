package dev.sluice.worker.governor;

import dev.sluice.loop.Loop;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes a database that is suspected to be away, or is, and lets it be worked with step by step
 * once it is back.
 *
 * <p>Threading: for one thread.
 */
public final class BreakerProber implements Loop {
  private static final Logger log = LoggerFactory.getLogger(BreakerProber.class);
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** A harmless write. */
  @FunctionalInterface
  public interface Probe {
    /** Throws when it failed. */
    void run() throws Exception;
  }

  private final String name;
  private final Breaker breaker;
  private final Probe probe;
  private final LongSupplier ticks;
  private final Runnable changed;

  BreakerProber(String name, Breaker breaker, Probe probe, LongSupplier ticks, Runnable changed) {
    this.name = name;
    this.breaker = breaker;
    this.probe = probe;
    this.ticks = ticks;
    this.changed = changed;
  }

  @Override
  public Duration runOnce() throws InterruptedException {
    if (breaker.untilProbe(ticks.getAsLong()) == 0) {
      probe();
    }
    if (breaker.untilStep(ticks.getAsLong()) == 0) {
      breaker.step(ticks.getAsLong());
      changed.run();
    }
    long now = ticks.getAsLong();
    long wait = Math.min(breaker.untilProbe(now), breaker.untilStep(now));
    return wait == Breaker.NEVER ? IDLE : Duration.ofNanos(wait);
  }

  private void probe() throws InterruptedException {
    String failure = null;
    try {
      probe.run();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      failure = String.valueOf(e.getMessage());
    }
    BreakerState before = breaker.state();
    breaker.probed(failure, ticks.getAsLong());
    BreakerState after = breaker.state();
    if (before == after) {
      return;
    }
    if (after == BreakerState.OPEN) {
      log.warn("Database '{}' is away, its queues are paused: {}", name, failure);
    } else {
      log.info("Database '{}' is back and gets more to do step by step", name);
    }
    changed.run();
  }
}
