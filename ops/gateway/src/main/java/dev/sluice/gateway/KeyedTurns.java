package dev.sluice.gateway;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets only so many requests with a key be handled at once: each waits for the store of keys, and
 * one that hangs must not take the threads of requests that have none.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class KeyedTurns {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Semaphore turns;

  KeyedTurns(int atOnce) {
    turns = new Semaphore(atOnce);
  }

  <T> T take(Supplier<T> work) {
    boolean taken = false;
    try {
      taken = turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (taken) {
        return work.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (taken) {
        turns.release();
      }
    }
    throw Problem.of(
            ProblemType.UNAVAILABLE,
            "too many requests with an idempotency key wait already; send it again later")
        .retryAfter(RETRY)
        .refusal();
  }
}
