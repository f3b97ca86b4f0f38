package dev.sluice.cli;

import dev.sluice.devservices.ServiceStatus;
import dev.sluice.devservices.StandingServices;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the servers that `sluice up` started.",
      "Exit status 1: none is running, or one of them does not answer."
    })
final class StatusCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  private boolean json;

  @Mixin private Output options = new Output();

  @Override
  public Integer call() {
    List<ServiceStatus> standing = StandingServices.find().status();
    if (standing.isEmpty()) {
      options.say("no server is running; start them with `sluice up`");
    }
    int status = ServiceStatusPrinter.print(options, json, standing);
    return standing.isEmpty() ? 1 : status;
  }
}
