package dev.sluice.cli;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice fanouts resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Lets paused fan-outs go on where they were.")
final class FanOutsResumeCommand implements Callable<Integer> {

  @Mixin private FanOutsOptions options = new FanOutsOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "As sluice fanouts lists them.")
  private List<String> ids = List.of();

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers, longTasks -> options.change(servers, ids, "resumed", "paused", longTasks::resume));
  }
}
