package dev.sluice.bench;

import dev.sluice.bench.CommitLoad.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What came of truncating tables.
 *
 * @param deleted row by row
 * @param dropped by partition
 */
record TruncateOutcome(Deleted deleted, Dropped dropped) {

  /**
   * What is asked.
   *
   * @param rows old rows
   * @param perSecond transactions a second of the load
   * @param phase length of a turn
   * @param rounds turns with the truncation, and as many without
   */
  record Plan(long rows, int perSecond, Duration phase, int rounds) {}

  /**
   * A table without partitions.
   *
   * @param rows how many went
   * @param lost rows that should be there and are not
   * @param left rows that should be gone and are not
   */
  record Deleted(Turns turns, long rows, long lost, long left) {

    double rowsPerSecond() {
      return rows / Math.max(0.001, turns.nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }
  }

  /**
   * A table with partitions.
   *
   * @param rows in those that were dropped
   * @param seconds from the start of the run to its end
   */
  record Dropped(int partitions, long rows, double seconds, long lost, long left) {}

  /** Turns with and without the truncation. */
  static final class Turns {
    private final List<Times> quiet = new ArrayList<>();
    private final List<Times> truncating = new ArrayList<>();
    private long nanos;

    void add(Times without, Times with, long worked) {
      quiet.add(without);
      truncating.add(with);
      addTime(worked);
    }

    /** The truncation was at work for so long. */
    void addTime(long worked) {
      nanos += worked;
    }

    int count() {
      return quiet.size();
    }

    /** Median over the turns: p99 of commits beside the truncation, divided by that without. */
    double ratio() {
      double[] ratios = new double[quiet.size()];
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = (double) truncating.get(i).p99() / Math.max(1, quiet.get(i).p99());
      }
      return Medians.of(Arrays.stream(ratios).sorted().toArray());
    }

    Histogram quietCommits() {
      return merged(quiet);
    }

    Histogram commits() {
      return merged(truncating);
    }

    /** Whole transactions beside the truncation, from when they were due. */
    Histogram whole() {
      Histogram all = new Histogram(3);
      truncating.forEach(times -> all.add(times.whole()));
      return all;
    }

    private static Histogram merged(List<Times> times) {
      Histogram all = new Histogram(3);
      times.forEach(each -> all.add(each.commits()));
      return all;
    }
  }
}
