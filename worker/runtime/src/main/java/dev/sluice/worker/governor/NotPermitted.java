package dev.sluice.worker.governor;

import java.time.Duration;

/** There is no leave to run, and it is no use to wait for it here. */
public final class NotPermitted extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean paused;
  private final Duration pause;

  private NotPermitted(String why, boolean paused, Duration pause) {
    // Thrown as often as a limit holds: without a stack trace.
    super(why, null, false, false);
    this.paused = paused;
    this.pause = pause;
  }

  /** A limit of its type or key holds: its turn may come after {@code pause}. */
  public static NotPermitted later(String why, Duration pause) {
    return new NotPermitted(why, false, pause);
  }

  /** Its database takes nothing at the moment: back to the queue, which is paused. */
  public static NotPermitted paused(String why) {
    return new NotPermitted(why, true, Duration.ZERO);
  }

  /** The same with another pause. */
  NotPermitted after(Duration newPause) {
    return new NotPermitted(String.valueOf(getMessage()), paused, newPause);
  }

  public boolean paused() {
    return paused;
  }

  /** When to ask again. */
  public Duration pause() {
    return pause;
  }
}
