package dev.sluice.worker;

import org.jspecify.annotations.Nullable;

/** What an attempt failed with that was ended at its hard time limit. */
public final class TimeLimitExceeded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TimeLimitExceeded(@Nullable Throwable last) {
    super("the hard time limit has passed; raise it, or cut the task into follow-up tasks", last);
  }
}
