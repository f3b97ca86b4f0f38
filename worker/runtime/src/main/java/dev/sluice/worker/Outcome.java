package dev.sluice.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A handler's verdict on one attempt. An exception that it throws is a {@link Retry}. */
public sealed interface Outcome {

  /**
   * The task is done.
   *
   * @param result the return value; anything that becomes JSON
   */
  record Completed(@Nullable Object result) implements Outcome {}

  /**
   * The attempt failed; the retry policy decides whether and when there is another.
   *
   * @param cause why
   * @param delay instead of the policy's delay; null for the policy's
   */
  record Retry(Throwable cause, @Nullable Duration delay) implements Outcome {}

  /** Not now: again after {@code delay}, without using up an attempt. Nothing is committed. */
  record Snooze(Duration delay) implements Outcome {}

  /** The task will never succeed: to the dead queue, with the reason. Nothing is committed. */
  record Dead(String reason, @Nullable Throwable cause) implements Outcome {}

  /** The task is no longer wanted: dropped for good, and recorded. No other write is committed. */
  record Discarded(String reason) implements Outcome {}

  /** Done, without a return value. */
  static Outcome completed() {
    return new Completed(null);
  }

  /** Done, with a return value. */
  static Outcome completed(@Nullable Object result) {
    return new Completed(result);
  }

  static Outcome retry(Throwable cause) {
    return new Retry(cause, null);
  }

  static Outcome snooze(Duration delay) {
    return new Snooze(delay);
  }

  static Outcome dead(String reason) {
    return new Dead(reason, null);
  }

  static Outcome discarded(String reason) {
    return new Discarded(reason);
  }
}
