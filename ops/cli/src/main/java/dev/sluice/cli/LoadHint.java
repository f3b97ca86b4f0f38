package dev.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Documents {@code sluice load}, whose jar the launcher adds to the class path when asked for it.
 */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = {
      "Enqueues a task of yours at a rate, on your servers, and tells how they bear it.",
      "The script ops/sluice builds it on first use: see ops/sluice load --help."
    })
final class LoadHint implements Callable<Integer> {

  @Parameters(arity = "0..*", hidden = true)
  private String[] arguments = {};

  @Override
  public Integer call() {
    throw new CommandFailed(
        "the load generator is started by the script: ops/sluice load "
            + String.join(" ", arguments));
  }
}
