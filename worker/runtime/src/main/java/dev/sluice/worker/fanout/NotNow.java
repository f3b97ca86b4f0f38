package dev.sluice.worker.fanout;

import java.time.Duration;

/** What a chunk is written to is away; the chunk waits and uses up no attempt. */
public class NotNow extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration pause;

  /**
   * For a chunk that waits.
   *
   * @param pause how long
   */
  public NotNow(String message, Duration pause, Throwable cause) {
    super(message, cause);
    this.pause = pause;
  }

  public Duration pause() {
    return pause;
  }
}
