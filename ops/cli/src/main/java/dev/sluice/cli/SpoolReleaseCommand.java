package dev.sluice.cli;

import dev.sluice.spool.SpoolView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice spool release}. */
@Command(
    name = "release",
    mixinStandardHelpOptions = true,
    description = "Lets a parked message be tried again.")
final class SpoolReleaseCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The spool.")
  private @Nullable Path folder;

  @Parameters(
      index = "1",
      paramLabel = "SEQUENCE",
      description = "The message, as `sluice spool list` shows it.")
  private long sequence;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws IOException {
    if (folder == null || !new SpoolView(folder).release(sequence, InstantSource.system())) {
      throw new CommandFailed(
          "no message %d is parked in %s; see `sluice spool list %s`"
              .formatted(sequence, folder, folder));
    }
    output.print("message " + sequence + " is released");
    return 0;
  }
}
