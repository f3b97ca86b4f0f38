package dev.sluice.bench.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long the calls of an open loop took, nanoseconds: each from when it was due and from when it
 * was made, over all and for each second in which calls were due.
 *
 * <p>Threading: for one thread.
 */
public final class Timings {
  private static final int DIGITS = 3;
  private static final double TAIL = 99.9;

  private final long start;
  private final Histogram call = new Histogram(DIGITS);
  private final Histogram fromDue = new Histogram(DIGITS);
  private final List<Second> seconds = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param start when the first call is due, of {@link System#nanoTime()}
   */
  public Timings(Pace pace, long start) {
    this.start = start;
    long whole = (pace.duration().toNanos() - 1) / TimeUnit.SECONDS.toNanos(1) + 1;
    for (int i = 0; i < whole; i++) {
      seconds.add(new Second(new Histogram(DIGITS), new Histogram(DIGITS)));
    }
  }

  /**
   * The p99.9 of the one-second windows, nanoseconds.
   *
   * @param least of the best window
   * @param greatest of the worst window
   */
  public record Spread(long least, long median, long greatest) {}

  private record Second(Histogram call, Histogram fromDue) {}

  /** Counts a call, all of {@link System#nanoTime()}. */
  public void record(long due, long made, long ended) {
    // The clock may stand still, and a histogram takes no negative value.
    long took = Math.max(0, ended - made);
    long late = Math.max(0, ended - due);
    call.recordValue(took);
    fromDue.recordValue(late);
    Second second = seconds.get((int) ((due - start) / TimeUnit.SECONDS.toNanos(1)));
    second.call.recordValue(took);
    second.fromDue.recordValue(late);
  }

  /** Adds what another thread recorded of the same loop. */
  public void add(Timings other) {
    call.add(other.call);
    fromDue.add(other.fromDue);
    for (int i = 0; i < seconds.size(); i++) {
      seconds.get(i).call.add(other.seconds.get(i).call);
      seconds.get(i).fromDue.add(other.seconds.get(i).fromDue);
    }
  }

  /** The calls themselves. */
  public Histogram call() {
    return call;
  }

  /** The calls from when they were due, which is what one who waits for them sees. */
  public Histogram fromDue() {
    return fromDue;
  }

  /** How the tail of the calls themselves changes from second to second. */
  public Spread callWindows() {
    return spread(seconds.stream().map(Second::call).toList());
  }

  /** How the tail from when they were due changes from second to second. */
  public Spread fromDueWindows() {
    return spread(seconds.stream().map(Second::fromDue).toList());
  }

  private static Spread spread(List<Histogram> windows) {
    long[] tails =
        windows.stream()
            .filter(window -> window.getTotalCount() > 0)
            .mapToLong(window -> window.getValueAtPercentile(TAIL))
            .toArray();
    if (tails.length == 0) {
      return new Spread(0, 0, 0);
    }
    Arrays.sort(tails);
    return new Spread(tails[0], tails[tails.length / 2], tails[tails.length - 1]);
  }
}
