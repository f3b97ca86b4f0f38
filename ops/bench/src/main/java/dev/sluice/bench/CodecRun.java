package dev.sluice.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link CodecBench} under JMH. */
final class CodecRun {
  private CodecRun() {}

  /** A line of the machine-readable output for each method; JMH's own text goes to {@code text}. */
  static List<Map<String, Object>> measure(PrintStream text) throws RunnerException {
    PrintStream standard = System.out;
    System.setOut(text);
    try {
      return new Runner(new OptionsBuilder().include(CodecBench.class.getName()).build())
          .run().stream().map(run -> line(run.getPrimaryResult())).toList();
    } finally {
      System.setOut(standard);
    }
  }

  private static Map<String, Object> line(Result<?> result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("scenario", "codec");
    line.put("subject", result.getLabel());
    line.put("mean_us", result.getScore());
    line.put("error_us", result.getScoreError());
    line.put("rounds", result.getSampleCount());
    return line;
  }
}
