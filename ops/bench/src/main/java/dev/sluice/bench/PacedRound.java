package dev.sluice.bench;

import dev.sluice.bench.load.Timings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one subject did in one round at a fixed rate.
 *
 * @param audit of the tasks that were accepted
 * @param failed calls that were refused or got no answer
 * @param facts keys of the machine-readable line that this scenario alone has
 */
record PacedRound(
    Timings timings,
    Stopwatch.Elapsed elapsed,
    TaskAudit.Verdict audit,
    long failed,
    Map<String, Object> facts) {

  /** A round of something that keeps no tasks. */
  static PacedRound unaudited(Timings timings, Stopwatch.Elapsed elapsed) {
    return new PacedRound(timings, elapsed, TaskAudit.Verdict.NOTHING, 0, Map.of());
  }

  /** The same with more facts. */
  PacedRound with(Map<String, Object> more) {
    Map<String, Object> all = new LinkedHashMap<>(more);
    all.putAll(facts);
    return new PacedRound(timings, elapsed, audit, failed, all);
  }

  /** Calls per second that were made. */
  double perSecond() {
    return timings.call().getTotalCount() * 1e9 / elapsed.nanos();
  }

  /** Processor time of this JVM for one call, microseconds. */
  double cpuMicros() {
    return elapsed.cpuNanos() / 1e3 / Math.max(1, timings.call().getTotalCount());
  }
}
