package dev.sluice.cli;

import picocli.CommandLine.Command;

/** {@code sluice order}. */
@Command(
    name = "order",
    mixinStandardHelpOptions = true,
    description = {
      "Shows which order keys are held by a task that is not settled, and what waits behind it;",
      "lets the next task of a key go on when that task was lost."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {OrderListCommand.class, OrderReleaseCommand.class})
final class OrderCommand {}
