package dev.sluice.task;

import java.time.Duration;
import java.util.Objects;

/**
 * Thrown by a handler that knows when another attempt makes sense, for example from an HTTP {@code
 * Retry-After}. It replaces the policy's delay; attempts and time budget still count.
 */
public final class RetryAfter extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration delay;

  public RetryAfter(Duration delay, String reason) {
    super(reason);
    this.delay = Objects.requireNonNull(delay, "delay");
  }

  public RetryAfter(Duration delay, String reason, Throwable cause) {
    super(reason, cause);
    this.delay = Objects.requireNonNull(delay, "delay");
  }

  /** The wait before the next attempt. */
  public Duration delay() {
    return delay;
  }
}
