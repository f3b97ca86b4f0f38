package dev.sluice.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What came of the rounds of one kind of the schedule scenario. */
final class ScheduleRounds {
  private final String subject;
  private final List<ScheduleRound> rounds = new ArrayList<>();

  ScheduleRounds(String subject) {
    this.subject = subject;
  }

  /**
   * One round.
   *
   * @param arrived how late the tasks were in their queue, microseconds
   * @param written how late the firings were written into the ledger, microseconds
   * @param load of the machine before it: runnable threads, mean of a minute
   */
  record ScheduleRound(
      int due,
      int seconds,
      Histogram arrived,
      Histogram written,
      long lost,
      long doubled,
      double load) {}

  void add(ScheduleRound round) {
    rounds.add(round);
  }

  boolean sound() {
    return rounds.stream().allMatch(round -> round.lost() == 0 && round.doubled() == 0);
  }

  /** Of all rounds together. */
  double micros(double percentile) {
    Histogram all = new Histogram(3);
    rounds.forEach(round -> all.add(round.arrived()));
    return all.getValueAtPercentile(percentile);
  }

  /** The line of the machine-readable output. */
  Map<String, @Nullable Object> json(Map<String, ?> facts) {
    Histogram written = new Histogram(3);
    rounds.forEach(round -> written.add(round.written()));
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("scenario", ScheduleScenario.NAME);
    line.put("subject", subject);
    line.put("rate", Math.round(Medians.of(rounds, r -> (double) r.due() / r.seconds())));
    line.put("unit", "firings/s");
    line.put("p50_us", Math.round(micros(50)));
    line.put("p99_us", Math.round(micros(99)));
    line.put("p999_us", Math.round(micros(99.9)));
    line.put("ratio_to_raw", null);
    line.put("rounds", rounds.size());
    line.put("lost", rounds.stream().mapToLong(ScheduleRound::lost).sum());
    line.put("double", rounds.stream().mapToLong(ScheduleRound::doubled).sum());
    line.put("max_us", Math.round(micros(100)));
    line.put("ledger_p99_us", written.getValueAtPercentile(99));
    line.put("load", Math.round(Medians.of(rounds, ScheduleRound::load) * 10) / 10.0);
    line.putAll(facts);
    return line;
  }
}
