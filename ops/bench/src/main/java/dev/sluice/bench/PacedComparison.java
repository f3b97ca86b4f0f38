package dev.sluice.bench;

import dev.sluice.bench.load.Timings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs subjects in turn at a fixed rate, several rounds, after one that does not count. */
final class PacedComparison {
  private final String scenario;
  private final String unit;
  private final List<PacedSubject> subjects;

  PacedComparison(String scenario, String unit, List<PacedSubject> subjects) {
    this.scenario = scenario;
    this.unit = unit;
    this.subjects = subjects;
  }

  /** Results in the order of the subjects. */
  List<PacedResult> run(int rounds, PrintStream text) throws Exception {
    Map<PacedSubject, List<PacedRound>> all = new LinkedHashMap<>();
    subjects.forEach(subject -> all.put(subject, new ArrayList<>()));
    for (int round = 0; round <= rounds; round++) {
      for (PacedSubject subject : subjects) {
        PacedRound done = subject.run(round);
        PacedResult alone = new PacedResult(scenario, unit, subject.name(), List.of(done));
        text.printf(
            "%-8s %-22s call p99 %,9.1f µs, p99.9 %,10.1f; from due p99.9 %,10.1f; %,.0f/s%n",
            round == 0 ? "warm-up" : "round " + round,
            subject.name(),
            alone.call(99),
            alone.call(99.9),
            alone.fromDue(99.9),
            alone.rate());
        if (round > 0) {
          all.get(subject).add(done);
        }
      }
    }
    return subjects.stream()
        .map(subject -> new PacedResult(scenario, unit, subject.name(), all.get(subject)))
        .toList();
  }

  /** The table for people. */
  static void print(List<PacedResult> results, PrintStream text) {
    text.printf(
        "%n%-22s %32s %32s %32s %7s %5s %5s %6s%n",
        "µs, median of rounds",
        "the call: p50, p99, p99.9",
        "from due: p50, p99, p99.9",
        "1 s windows' p99.9 from due",
        "cpu",
        "lost",
        "double",
        "failed");
    for (PacedResult result : results) {
      double[] windows = result.windows(Timings::fromDueWindows);
      text.printf(
          "%-22s %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f %7.1f %5d %5d"
              + " %6d%n",
          result.subject(),
          result.call(50),
          result.call(99),
          result.call(99.9),
          result.fromDue(50),
          result.fromDue(99),
          result.fromDue(99.9),
          windows[0],
          windows[1],
          windows[2],
          result.cpuMicros(),
          result.lost(),
          result.doubled(),
          result.failed());
    }
  }

  /** Whether no task was lost or doubled. */
  static boolean sound(List<PacedResult> results) {
    return results.stream().allMatch(r -> r.lost() == 0 && r.doubled() == 0);
  }
}
