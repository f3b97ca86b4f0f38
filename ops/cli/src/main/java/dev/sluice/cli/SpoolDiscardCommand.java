package dev.sluice.cli;

import dev.sluice.spool.SpoolView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice spool discard}. */
@Command(
    name = "discard",
    mixinStandardHelpOptions = true,
    description = "Deletes a parked message for good.")
final class SpoolDiscardCommand implements Callable<Integer> {

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
    if (folder == null || !new SpoolView(folder).discard(sequence)) {
      throw new CommandFailed(
          "no message %d is parked in %s; see `sluice spool list %s`"
              .formatted(sequence, folder, folder));
    }
    output.print("message " + sequence + " is discarded");
    return 0;
  }
}
