package dev.sluice.bench;

import dev.sluice.bench.load.Timings;
import dev.sluice.bench.load.Timings.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * What one subject did in all rounds at a fixed rate. Every percentile is the median of those of
 * the rounds, microseconds.
 */
record PacedResult(String scenario, String unit, String subject, List<PacedRound> rounds) {

  /** A percentile of the calls themselves. */
  double call(double percentile) {
    return median(Timings::call, percentile);
  }

  /** A percentile of the calls from when they were due. */
  double fromDue(double percentile) {
    return median(Timings::fromDue, percentile);
  }

  /** The p99.9 of the one-second windows: the best, the median of the medians, the worst. */
  double[] windows(Function<Timings, Spread> which) {
    List<Spread> spreads = rounds.stream().map(PacedRound::timings).map(which).toList();
    return new double[] {
      micros(spreads.stream().mapToLong(Spread::least).min().orElseThrow()),
      Medians.of(spreads, spread -> micros(spread.median())),
      micros(spreads.stream().mapToLong(Spread::greatest).max().orElseThrow())
    };
  }

  long lost() {
    return sum(round -> round.audit().lost());
  }

  long doubled() {
    return sum(round -> round.audit().doubled());
  }

  long failed() {
    return sum(PacedRound::failed);
  }

  double rate() {
    return of(PacedRound::perSecond);
  }

  double cpuMicros() {
    return of(PacedRound::cpuMicros);
  }

  /**
   * The line of the machine-readable output.
   *
   * @param raw what the ratio is taken of: its p99 divided by ours
   */
  Map<String, Object> json(PacedResult raw) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("scenario", scenario);
    line.put("subject", subject);
    line.put("rate", Math.round(rate()));
    line.put("unit", unit);
    line.put("cpu_us", rounded(cpuMicros()));
    line.put("p50_us", rounded(call(50)));
    line.put("p99_us", rounded(call(99)));
    line.put("p999_us", rounded(call(99.9)));
    line.put("ratio_to_raw", Math.round(raw.call(99) / Math.max(0.001, call(99)) * 1000) / 1000.0);
    line.put("rounds", rounds.size());
    line.put("lost", lost());
    line.put("double", doubled());
    line.put("unexpected", sum(round -> round.audit().unexpected()));
    line.put("failed", failed());
    line.put("due_p50_us", rounded(fromDue(50)));
    line.put("due_p99_us", rounded(fromDue(99)));
    line.put("due_p999_us", rounded(fromDue(99.9)));
    put(line, "window_p999_us", windows(Timings::callWindows));
    put(line, "due_window_p999_us", windows(Timings::fromDueWindows));
    rounds.forEach(round -> round.facts().forEach((key, fact) -> add(line, key, fact)));
    return line;
  }

  /** Counts by name are summed over the rounds; any other fact is the same in all of them. */
  private static void add(Map<String, Object> line, String key, Object fact) {
    if (fact instanceof Map<?, ?> counts) {
      Map<String, Long> sums = new TreeMap<>();
      for (Object of : new Object[] {line.getOrDefault(key, Map.of()), counts}) {
        ((Map<?, ?>) of)
            .forEach(
                (name, count) ->
                    sums.merge(name.toString(), ((Number) count).longValue(), Long::sum));
      }
      line.put(key, sums);
    } else {
      line.put(key, fact);
    }
  }

  private static void put(Map<String, Object> line, String key, double[] spread) {
    line.put(key + "_min", rounded(spread[0]));
    line.put(key + "_median", rounded(spread[1]));
    line.put(key + "_max", rounded(spread[2]));
  }

  private double median(Function<Timings, Histogram> which, double percentile) {
    return of(round -> micros(which.apply(round.timings()).getValueAtPercentile(percentile)));
  }

  private double of(ToDoubleFunction<PacedRound> figure) {
    return Medians.of(rounds, figure);
  }

  private long sum(ToLongFunction<PacedRound> figure) {
    return rounds.stream().mapToLong(figure).sum();
  }

  private static double micros(long nanos) {
    return nanos / 1e3;
  }

  private static double rounded(double micros) {
    return Math.round(micros * 10) / 10.0;
  }
}
