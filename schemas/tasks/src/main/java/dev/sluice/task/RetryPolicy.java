package dev.sluice.task;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether and when a failed attempt is followed by another one. Pure: no clock, no I/O.
 *
 * <p>The delay is exponential with full jitter: uniform between 0 and {@code min(maxDelay, base ·
 * factor^(attempt − 1))} (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
 * 2015).
 *
 * @param maxAttempts attempts in all, the first one included; at least 1; default 10
 * @param base upper bound of the first delay; default 5 s
 * @param factor growth of the bound from one attempt to the next; at least 1; default 3
 * @param maxDelay highest bound; default 1 h
 * @param budget time from the first attempt after which no other one is started; default 24 h
 * @param byException policies for exceptions of a class and its subclasses; the nearest class wins
 */
public record RetryPolicy(
    int maxAttempts,
    Duration base,
    double factor,
    Duration maxDelay,
    Duration budget,
    Map<Class<? extends Throwable>, RetryPolicy> byException) {

  /** 10 attempts, 5 s · 3ⁿ up to 1 h, within 24 h. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          10,
          Duration.ofSeconds(5),
          3,
          Duration.ofHours(1),
          Duration.ofHours(24),
          Map.of(IllegalArgumentException.class, never(), ClassCastException.class, never()));

  /** What follows a failed attempt. */
  public sealed interface Decision {
    /** Another attempt after {@code delay}. */
    record Retry(Duration delay) implements Decision {}

    /** No other attempt; {@code reason} says which limit was reached. */
    record GiveUp(String reason) implements Decision {}
  }

  public RetryPolicy {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts must be at least 1, is " + maxAttempts);
    }
    if (base.isNegative() || maxDelay.isNegative() || budget.isNegative()) {
      throw new IllegalArgumentException("base, maxDelay and budget must not be negative");
    }
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("factor must be at least 1, is " + factor);
    }
    byException = Map.copyOf(byException);
  }

  /** One attempt, no retry. */
  public static RetryPolicy never() {
    return new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, Duration.ZERO, Map.of());
  }

  /** The default policy with another number of attempts. */
  public static RetryPolicy attempts(int maxAttempts) {
    return DEFAULT.withMaxAttempts(maxAttempts);
  }

  public RetryPolicy withMaxAttempts(int newMaxAttempts) {
    return new RetryPolicy(newMaxAttempts, base, factor, maxDelay, budget, byException);
  }

  public RetryPolicy withDelays(Duration newBase, double newFactor, Duration newMaxDelay) {
    return new RetryPolicy(maxAttempts, newBase, newFactor, newMaxDelay, budget, byException);
  }

  public RetryPolicy withBudget(Duration newBudget) {
    return new RetryPolicy(maxAttempts, base, factor, maxDelay, newBudget, byException);
  }

  /** This policy, with another one for {@code exception} and its subclasses. */
  public RetryPolicy on(Class<? extends Throwable> exception, RetryPolicy policy) {
    Map<Class<? extends Throwable>, RetryPolicy> rules = new LinkedHashMap<>(byException);
    rules.put(exception, policy);
    return new RetryPolicy(maxAttempts, base, factor, maxDelay, budget, rules);
  }

  /**
   * Decides what follows attempt number {@code attempt}.
   *
   * @param attempt the attempt that failed, counted from 1
   * @param cause what it failed with; null when the handler asked for a retry without one
   * @param elapsed time since the start of the first attempt
   * @param random source of the jitter
   */
  public Decision next(
      int attempt, @Nullable Throwable cause, Duration elapsed, RandomGenerator random) {
    RetryPolicy policy = cause == null ? this : policyFor(cause.getClass());
    if (attempt >= policy.maxAttempts) {
      return new Decision.GiveUp(
          policy.maxAttempts == 1 ? "not retried" : "failed " + attempt + " attempts");
    }
    Duration delay = cause instanceof RetryAfter r ? r.delay() : policy.delay(attempt, random);
    if (elapsed.plus(delay).compareTo(policy.budget) > 0) {
      return new Decision.GiveUp(
          "time budget of " + policy.budget + " used up after " + attempt + " attempts");
    }
    return new Decision.Retry(delay);
  }

  private RetryPolicy policyFor(Class<?> exception) {
    for (Class<?> c = exception; c != null; c = c.getSuperclass()) {
      RetryPolicy found = byException.get(c);
      if (found != null) {
        return found;
      }
    }
    return this;
  }

  private Duration delay(int attempt, RandomGenerator random) {
    double bound = Math.min(maxDelay.toMillis(), base.toMillis() * Math.pow(factor, attempt - 1));
    return Duration.ofMillis(bound < 1 ? 0 : random.nextLong((long) bound + 1));
  }
}
