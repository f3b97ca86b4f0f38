package dev.sluice.cli;

import picocli.CommandLine.Command;

/** {@code sluice outbox}. */
@Command(
    name = "outbox",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what waits in the outbox of the database and what was set aside there, since it cannot",
      "be published; tries that again, or drops it for good."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {OutboxListCommand.class, OutboxReleaseCommand.class, OutboxDiscardCommand.class})
final class OutboxCommand {}
