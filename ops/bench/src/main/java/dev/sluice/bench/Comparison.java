package dev.sluice.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the subjects of a scenario in turn, several rounds, after one that does not count. */
final class Comparison {
  private final Scenario scenario;
  private final int rounds;
  private final PrintStream progress;

  Comparison(Scenario scenario, int rounds, PrintStream progress) {
    this.scenario = scenario;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Results in the order of the subjects. */
  List<Result> run() throws Exception {
    Map<Subject, List<Round>> all = new LinkedHashMap<>();
    scenario.subjects().forEach(subject -> all.put(subject, new ArrayList<>()));
    for (int round = 0; round <= rounds; round++) {
      for (Subject subject : scenario.subjects()) {
        Round done = subject.run(round);
        progress.printf(
            "%s %-12s %,10.0f %s, %.1f µs of processor time each%n",
            round == 0 ? "warm-up" : "round " + round,
            subject.name(),
            done.perSecond(),
            scenario.unit(),
            done.cpuMicros());
        if (round > 0) {
          all.get(subject).add(done);
        }
      }
    }
    List<Round> raw = all.get(scenario.subjects().get(0));
    return scenario.subjects().stream()
        .map(subject -> Result.of(scenario, subject, all.get(subject), raw))
        .toList();
  }
}
