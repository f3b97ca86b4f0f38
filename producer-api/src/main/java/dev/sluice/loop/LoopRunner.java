package dev.sluice.loop;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Loop} on a daemon thread of its own: sleeps, wakes, logs errors, stops. After an
 * error it waits one second, then twice as long each time, up to a minute. The same error in a row
 * is logged once with its stack and afterwards in one line.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class LoopRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoopRunner.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

  private final String name;
  private final Loop loop;
  private final Thread thread;
  private final Semaphore nudges = new Semaphore(0);
  private volatile boolean stopping;

  private LoopRunner(String name, Loop loop) {
    this.name = name;
    this.loop = loop;
    thread = new Thread(this::run, "sluice-" + name);
    thread.setDaemon(true);
  }

  /** Starts {@code loop} on a thread named after its role. */
  public static LoopRunner start(String name, Loop loop) {
    LoopRunner runner = new LoopRunner(name, loop);
    runner.thread.start();
    return runner;
  }

  /** Starts the next round now. */
  public void nudge() {
    if (nudges.availablePermits() == 0) {
      nudges.release();
    }
  }

  /** Ends the loop after the current round; interrupts it when that takes over ten seconds. */
  @Override
  public void close() {
    stopping = true;
    nudge();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join(STOP_PATIENCE.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(STOP_PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    String lastError = "";
    while (!stopping) {
      Duration wait;
      try {
        wait = loop.runOnce();
        pause = FIRST_PAUSE;
        lastError = "";
      } catch (InterruptedException e) {
        return;
      } catch (Throwable e) {
        // An error too, such as a class that is missing: a role that ends unseen is worse.
        if (stopping) {
          return;
        }
        if (e.toString().equals(lastError)) {
          log.warn("{} still fails, next try in {} s: {}", name, pause.toSeconds(), lastError);
        } else {
          lastError = e.toString();
          log.warn("{} failed, next try in {} s", name, pause.toSeconds(), e);
        }
        wait = pause;
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                ? LONGEST_PAUSE
                : pause.multipliedBy(2);
      }
      try {
        if (nudges.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
          nudges.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
