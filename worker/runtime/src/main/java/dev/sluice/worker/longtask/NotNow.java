package dev.sluice.worker.longtask;

import java.time.Duration;

/** What a step writes to is away, for example: the step waits and uses up no attempt. */
public class NotNow extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration pause;

  /**
   * For a step that waits.
   *
   * @param pause how long
   */
  public NotNow(String message, Duration pause) {
    super(message);
    this.pause = pause;
  }

  /** The same, because of an error. */
  public NotNow(String message, Duration pause, Throwable cause) {
    super(message, cause);
    this.pause = pause;
  }

  public Duration pause() {
    return pause;
  }
}
