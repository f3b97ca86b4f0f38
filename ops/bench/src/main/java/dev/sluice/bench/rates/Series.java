package dev.sluice.bench.rates;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A counter that only grows, looked at again and again.
 *
 * <p>Threading: safe.
 */
public final class Series {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  // Looks further apart than this say that the server stood still in between.
  private static final long STALL = SECOND;

  private final long start;
  private final List<Point> looks = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param start 0 on the axis of time, of {@link System#nanoTime()}
   */
  public Series(long start) {
    this.start = start;
  }

  /**
   * A figure at a time.
   *
   * @param nanos since the start
   */
  public record Point(long nanos, double value) {
    /** Seconds since the start. */
    public double seconds() {
      return nanos / 1e9;
    }
  }

  /**
   * Takes down what the counter shows.
   *
   * @param at of {@link System#nanoTime()}
   */
  public synchronized void look(long at, double value) {
    looks.add(new Point(at - start, value));
  }

  /** Every look, in order. */
  public synchronized List<Point> looks() {
    return List.copyOf(looks);
  }

  /**
   * What was added in each second that ends with a look: windows that overlap, so that no second is
   * left out because it lies across a border. After a stall everything since then counts as of the
   * last second.
   */
  public List<Point> perSecond() {
    List<Point> all = looks();
    List<Point> windows = new ArrayList<>();
    int before = 0;
    for (int i = 0; i < all.size(); i++) {
      long from = all.get(i).nanos() - SECOND;
      if (from < all.get(0).nanos()) {
        continue;
      }
      while (all.get(before + 1).nanos() <= from) {
        before++;
      }
      if (all.get(i).nanos() - all.get(i - 1).nanos() > STALL) {
        // A second after the last look it had written nothing for a second.
        windows.add(new Point(all.get(i - 1).nanos() + SECOND, 0));
      }
      double added = all.get(i).value() - valueAt(from, all.get(before), all.get(before + 1));
      windows.add(new Point(all.get(i).nanos(), added));
    }
    return windows;
  }

  /** Between two looks, unless the server stood still there. */
  private static double valueAt(long nanos, Point before, Point after) {
    long gap = after.nanos() - before.nanos();
    if (gap > STALL) {
      return before.value();
    }
    double share = (double) (nanos - before.nanos()) / gap;
    return before.value() + share * (after.value() - before.value());
  }

  /** The value that so many percent of the points are not above; 0 of none. */
  public static double percentile(List<Point> points, double percent) {
    double[] sorted = points.stream().mapToDouble(Point::value).sorted().toArray();
    if (sorted.length == 0) {
      return 0;
    }
    int index = (int) Math.ceil(percent / 100 * sorted.length) - 1;
    return sorted[Math.max(0, index)];
  }

  /** The points from one second to another, both since the start. */
  public static List<Point> between(List<Point> points, double from, double to) {
    return points.stream()
        .filter(point -> point.seconds() >= from && point.seconds() <= to)
        .toList();
  }
}
