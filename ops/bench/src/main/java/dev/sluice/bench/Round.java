package dev.sluice.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one subject did in one round.
 *
 * @param tasks tasks that it had to do
 * @param elapsed from the first to the last
 * @param latency of single tasks, nanoseconds; null where single tasks cannot be timed
 * @param lost tasks that were accepted and are not there, by the audit
 * @param doubled effects beyond one for a task, by the audit
 */
record Round(
    long tasks, Stopwatch.Elapsed elapsed, @Nullable Histogram latency, long lost, long doubled) {

  double perSecond() {
    return tasks * 1e9 / elapsed.nanos();
  }

  /** Processor time of this JVM for one task, microseconds. */
  double cpuMicros() {
    return elapsed.cpuNanos() / 1e3 / tasks;
  }
}
