package dev.sluice.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A rate that changes over time: when each call is due, whatever became of the earlier ones.
 *
 * @param segments one after the other
 */
public record LoadProfile(List<Segment> segments) {
  // Sooner than this is now: at thousands of calls a second a park for each costs more than they.
  private static final long GRAIN_NANOS = 200_000;

  public LoadProfile {
    segments = List.copyOf(segments);
    if (segments.isEmpty()) {
      throw new IllegalArgumentException("a load profile has at least one segment");
    }
  }

  /**
   * A rate that changes evenly.
   *
   * @param from calls per second at its start, not below 0
   * @param to calls per second at its end, not below 0
   */
  public record Segment(double from, double to, Duration duration) {
    public Segment {
      if (from < 0 || to < 0 || duration.isNegative()) {
        throw new IllegalArgumentException("rates and durations are not below 0");
      }
    }

    private double seconds() {
      return duration.toNanos() / 1e9;
    }

    private double calls() {
      return (from + to) / 2 * seconds();
    }

    /** When so many calls are due, seconds after its start. */
    private double due(double calls) {
      double slope = (to - from) / seconds();
      if (Math.abs(slope) < 1e-9) {
        return calls / from;
      }
      return (Math.sqrt(Math.max(0, from * from + 2 * slope * calls)) - from) / slope;
    }
  }

  /** The same rate all the time. */
  public static LoadProfile steady(double perSecond, Duration duration) {
    return new LoadProfile(List.of(new Segment(perSecond, perSecond, duration)));
  }

  /** And then another rate. */
  public LoadProfile then(double perSecond, Duration duration) {
    List<Segment> all = new ArrayList<>(segments);
    all.add(new Segment(perSecond, perSecond, duration));
    return new LoadProfile(all);
  }

  /** From the first call to the end. */
  public Duration duration() {
    return segments.stream().map(Segment::duration).reduce(Duration.ZERO, Duration::plus);
  }

  /** How many calls there are. */
  public int calls() {
    return (int) Math.floor(segments.stream().mapToDouble(Segment::calls).sum() + 1e-6);
  }

  /**
   * Makes the calls on this thread; one that is late is made at once.
   *
   * @param start of {@link System#nanoTime()}
   * @param goOn asked before each call
   * @return how many were made
   */
  public int run(long start, BooleanSupplier goOn, Pace.Tick tick) throws Exception {
    int number = 0;
    double before = 0;
    double since = 0;
    for (Segment segment : segments) {
      for (; number < before + segment.calls() - 1e-6; number++) {
        long due = start + (long) ((since + segment.due(number - before)) * 1e9);
        for (long left = due - System.nanoTime();
            left > GRAIN_NANOS;
            left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        if (!goOn.getAsBoolean()) {
          return number;
        }
        tick.due(number, due);
      }
      before += segment.calls();
      since += segment.seconds();
    }
    return number;
  }
}
