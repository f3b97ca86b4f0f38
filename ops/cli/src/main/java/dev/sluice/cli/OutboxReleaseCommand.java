package dev.sluice.cli;

import dev.sluice.outbox.ParkedMessages;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice outbox release}. */
@Command(
    name = "release",
    mixinStandardHelpOptions = true,
    description = {
      "Tries messages again that were set aside, as if they had never failed.",
      "A running worker or scheduler, or a producer that relays, publishes them."
    })
final class OutboxReleaseCommand implements Callable<Integer> {

  @Mixin private OutboxChoice choice = new OutboxChoice();
  @Mixin private OutboxOptions options = new OutboxOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        (dataSource, others) ->
            choice.change(
                dataSource,
                servers,
                options.json,
                "released",
                new ParkedMessages(dataSource)::release));
  }
}
