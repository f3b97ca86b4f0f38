package dev.sluice.cli;

import dev.sluice.devservices.StandingServices;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description =
        "Ends every server that `sluice up` started. Their data are kept for the next up.")
final class DownCommand implements Callable<Integer> {

  @Option(names = "--delete-data", description = "Delete their data as well.")
  private boolean deleteData;

  @Mixin private Output options = new Output();

  @Override
  public Integer call() {
    StandingServices standing = StandingServices.find();
    int ended = standing.down();
    if (deleteData) {
      standing.deleteData();
    }
    options.say(
        (ended == 0 ? "nothing was running" : ended + " processes ended")
            + (deleteData ? ", data deleted" : ""));
    return 0;
  }
}
