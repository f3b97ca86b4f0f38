package dev.sluice.bench;

import dev.sluice.cli.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice bench}: measures Sluice beside a raw client in the same run. */
@Command(
    name = "bench",
    description =
        "Measures Sluice beside a raw client in the same run: alternating rounds, median, audit.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "SCENARIO",
    subcommands = {
      BenchEnqueue.class,
      BenchDrain.class,
      BenchWrite.class,
      BenchBurst.class,
      BenchOverload.class,
      BenchLatency.class,
      BenchFairness.class,
      BenchIdle.class,
      BenchCodec.class,
      BenchOutbox.class,
      BenchSpool.class,
      BenchGateway.class,
      BenchFanOut.class,
      BenchSchedule.class,
      BenchTruncate.class
    },
    footer = {
      "",
      "Exit status: 0 nothing was lost or doubled (a missed target alone is 0), 1 something was, 2"
          + " wrong usage."
    })
public final class BenchCommand implements Subcommand {

  @Spec private CommandSpec spec;

  /** A scenario must be named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand: a SCENARIO");
  }
}
