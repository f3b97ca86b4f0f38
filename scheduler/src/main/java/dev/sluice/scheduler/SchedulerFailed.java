package dev.sluice.scheduler;

/** A scheduler could not start. Says why and what to do. */
public final class SchedulerFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchedulerFailed(String message) {
    super(message);
  }

  SchedulerFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
