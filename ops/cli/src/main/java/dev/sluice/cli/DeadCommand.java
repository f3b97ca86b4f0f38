package dev.sluice.cli;

import picocli.CommandLine.Command;

/** {@code sluice dead}. */
@Command(
    name = "dead",
    mixinStandardHelpOptions = true,
    description = "Shows dead tasks, sends them back, or drops them for good.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DeadListCommand.class,
      DeadShowCommand.class,
      DeadRedriveCommand.class,
      DeadDiscardCommand.class
    })
final class DeadCommand {}
