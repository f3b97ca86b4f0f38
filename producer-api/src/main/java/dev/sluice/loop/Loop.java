package dev.sluice.loop;

import java.time.Duration;

/** A background role: one round of its work, and how long to wait until the next. */
@FunctionalInterface
public interface Loop {

  /**
   * Does one round.
   *
   * @return how long to wait before the next; zero for at once
   */
  Duration runOnce() throws Exception;
}
