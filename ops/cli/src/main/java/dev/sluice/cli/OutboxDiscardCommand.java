package dev.sluice.cli;

import dev.sluice.worker.dead.ParkedDiscard;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice outbox discard}. */
@Command(
    name = "discard",
    mixinStandardHelpOptions = true,
    description = "Drops messages for good that were set aside: no copy of them is ever applied.")
final class OutboxDiscardCommand implements Callable<Integer> {

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
                "discarded",
                new ParkedDiscard(dataSource, others, InstantSource.system())::discard));
  }
}
