package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.StopSignal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a broker's connection to open. */
public final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);
  private static final Duration SHORT = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final long LOOK_MILLIS = 50;

  private Patience() {}

  /**
   * Waits a short while, as a command that a person looks at may.
   *
   * @throws CommandFailed with the broker's reason when the connection is not open by then
   */
  static void untilConnected(Broker broker) {
    long deadline = System.nanoTime() + SHORT.toNanos();
    while (!broker.health().connected()) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailed(broker.health().detail());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailed("interrupted", e);
      }
    }
  }

  /**
   * Waits as long as it takes, as a process that is looked after by nobody must; says why once, and
   * again when the reason changes. A connection that opens within {@link #GRACE} is not a word
   * worth.
   *
   * @return whether it is connected; false when the process is asked to stop
   */
  public static boolean untilConnected(Broker broker, StopSignal stop) throws InterruptedException {
    String said = "";
    long silentUntil = System.nanoTime() + GRACE.toNanos();
    while (!broker.health().connected()) {
      String detail = broker.health().detail();
      if (!detail.equals(said) && System.nanoTime() > silentUntil) {
        log.warn("waiting for the broker: {}", detail);
        said = detail;
      }
      if (stop.await(Duration.ofMillis(LOOK_MILLIS))) {
        return false;
      }
    }
    return true;
  }
}
