package dev.sluice.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many tasks a round has, where it is not a matter of time. */
@Command
final class TaskCount {

  @Option(
      names = "--tasks",
      defaultValue = "100000",
      description = "Tasks in each round (default ${DEFAULT-VALUE}).")
  private int tasks;

  long count(BenchOptions options) {
    return options.atLeastOne("--tasks", tasks);
  }
}
