package dev.sluice.bench;

import java.io.PrintStream;
import java.util.List;

/** Runs a comparison and prints what came of it. */
final class Report {
  private Report() {}

  /** Runs {@code scenario}: 0 when nothing was lost or doubled, else 1. */
  static int of(BenchOptions options, BenchRig rig, Scenario scenario) throws Exception {
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.println(rig.broker().health().detail());
    scenario.remarks().forEach(text::println);
    List<Result> results = new Comparison(scenario, options.rounds(), text).run();
    print(scenario, results, text);
    options.printJson(results.stream().map(Result::json).toList());
    return results.stream().allMatch(r -> r.lost() == 0 && r.doubled() == 0) ? 0 : 1;
  }

  /** Prints what came of a comparison. */
  static void print(Scenario scenario, List<Result> results, PrintStream text) {
    text.printf(
        "%n%-12s %12s %25s %8s %8s %6s %6s%n",
        "subject", "median", "range", "cpu µs", "ratio", "lost", "double");
    for (Result result : results) {
      text.printf(
          "%-12s %,12.0f %,12.0f–%,12.0f %8.1f %8.2f %6d %6d%n",
          result.subject(),
          result.rate(),
          result.slowest(),
          result.fastest(),
          result.cpuMicros(),
          result.ratioToRaw(),
          result.lost(),
          result.doubled());
    }
    Result sluice = results.get(results.size() - 1);
    text.println(scenario.name() + ": " + scenario.target().verdict(sluice));
  }
}
