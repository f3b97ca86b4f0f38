package dev.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Documents {@code sluice test}, which the launcher carries out before any Java is started. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the tests of this repository.",
      "This is done by the script ops/sluice: see ops/sluice test --help."
    })
final class TestCommand implements Callable<Integer> {

  @Parameters(arity = "0..*", hidden = true)
  private String[] arguments = {};

  @Override
  public Integer call() {
    throw new CommandFailed(
        "tests are run by the script: ops/sluice test " + String.join(" ", arguments));
  }
}
