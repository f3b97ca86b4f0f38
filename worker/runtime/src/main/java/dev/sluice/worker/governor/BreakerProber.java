package dev.sluice.worker.governor;

import dev.sluice.loop.Loop;
import java.time.Duration;
import java.util.function.BooleanSupplier;
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

  /** How often it is looked for a standstill, which costs the database nothing. */
  private static final Duration LOOK = Duration.ofSeconds(5);

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
  private final BooleanSupplier standstill;
  private final Runnable changed;

  /**
   * A prober.
   *
   * @param standstill whether transactions run and none has ended for long: a server that answers
   *     nothing lets no connection fail for a minute
   */
  BreakerProber(
      String name,
      Breaker breaker,
      Probe probe,
      LongSupplier ticks,
      BooleanSupplier standstill,
      Runnable changed) {
    this.name = name;
    this.breaker = breaker;
    this.probe = probe;
    this.ticks = ticks;
    this.standstill = standstill;
    this.changed = changed;
  }

  @Override
  public Duration runOnce() throws InterruptedException {
    if (breaker.state() == BreakerState.CLOSED && standstill.getAsBoolean()) {
      breaker.suspect("nothing ends there any more", ticks.getAsLong());
    }
    if (breaker.untilProbe(ticks.getAsLong()) == 0) {
      probe();
    }
    if (breaker.untilStep(ticks.getAsLong()) == 0) {
      breaker.step(ticks.getAsLong());
      changed.run();
    }
    long now = ticks.getAsLong();
    long wait = Math.min(breaker.untilProbe(now), breaker.untilStep(now));
    return Duration.ofNanos(Math.min(wait, LOOK.toNanos()));
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
