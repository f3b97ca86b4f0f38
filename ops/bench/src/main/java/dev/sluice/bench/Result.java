package dev.sluice.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one subject did in all rounds.
 *
 * @param rate median of the rounds
 * @param slowest rate of the slowest round
 * @param fastest rate of the fastest round
 * @param cpuMicros median processor time of this JVM for one task, microseconds
 * @param latency of single tasks over all rounds, nanoseconds; null where they cannot be timed
 * @param ratioToRaw median of the ratios to the raw subject's rate in the same round
 */
record Result(
    Scenario scenario,
    String subject,
    double rate,
    double slowest,
    double fastest,
    double cpuMicros,
    @Nullable Histogram latency,
    double ratioToRaw,
    int rounds,
    long lost,
    long doubled) {

  static Result of(Scenario scenario, Subject subject, List<Round> rounds, List<Round> raw) {
    double[] rates = rounds.stream().mapToDouble(Round::perSecond).sorted().toArray();
    double[] ratios =
        IntStream.range(0, rounds.size())
            .mapToDouble(i -> rounds.get(i).perSecond() / raw.get(i).perSecond())
            .sorted()
            .toArray();
    return new Result(
        scenario,
        subject.name(),
        Medians.of(rates),
        rates[0],
        rates[rates.length - 1],
        Medians.of(rounds, Round::cpuMicros),
        merged(rounds),
        Medians.of(ratios),
        rounds.size(),
        rounds.stream().mapToLong(Round::lost).sum(),
        rounds.stream().mapToLong(Round::doubled).sum());
  }

  /** The line of the machine-readable output. */
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("scenario", scenario.name());
    line.put("subject", subject);
    line.put("rate", Math.round(rate));
    line.put("unit", scenario.unit());
    line.put("cpu_us", Math.round(cpuMicros * 10) / 10.0);
    line.put("p50_us", micros(50));
    line.put("p99_us", micros(99));
    line.put("p999_us", micros(99.9));
    line.put("ratio_to_raw", Math.round(ratioToRaw * 1000) / 1000.0);
    line.put("rounds", rounds);
    line.put("lost", lost);
    line.put("double", doubled);
    line.put("rate_min", Math.round(slowest));
    line.put("rate_max", Math.round(fastest));
    line.putAll(scenario.facts());
    return line;
  }

  private @Nullable Long micros(double percentile) {
    return latency == null ? null : latency.getValueAtPercentile(percentile) / 1000;
  }

  private static @Nullable Histogram merged(List<Round> rounds) {
    List<Histogram> histograms =
        rounds.stream().map(Round::latency).filter(Objects::nonNull).toList();
    if (histograms.isEmpty()) {
      return null;
    }
    Histogram all = new Histogram(3);
    histograms.forEach(all::add);
    return all;
  }
}
