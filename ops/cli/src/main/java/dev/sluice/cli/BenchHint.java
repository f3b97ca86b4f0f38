package dev.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Documents {@code sluice bench}, whose jar the launcher adds to the class path when asked for it.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Sluice beside a raw client, in the same run.",
      "The script ops/sluice builds it on first use: see ops/sluice bench --help."
    })
final class BenchHint implements Callable<Integer> {

  @Parameters(arity = "0..*", hidden = true)
  private String[] arguments = {};

  @Override
  public Integer call() {
    throw new CommandFailed(
        "the benchmarks are started by the script: ops/sluice bench "
            + String.join(" ", arguments));
  }
}
