package dev.sluice.cli.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for something to come true, as long as there is progress. */
final class Watch {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Duration patience;

  /**
   * @param patience how long to wait without any progress
   */
  Watch(Duration patience) {
    this.patience = patience;
  }

  /** Looks once; a number that changes is progress, null means done. */
  interface Look {
    @Nullable Long of() throws SQLException, InterruptedException;
  }

  /** Whether it came true. */
  boolean until(Look look) throws SQLException, InterruptedException {
    long last = Long.MIN_VALUE;
    long since = System.nanoTime();
    while (true) {
      Long now = look.of();
      if (now == null) {
        return true;
      }
      if (now != last) {
        last = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > patience.toNanos()) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }
}
