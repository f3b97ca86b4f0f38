package dev.sluice.cli;

import picocli.CommandLine.Command;

/** {@code sluice spool}. */
@Command(
    name = "spool",
    mixinStandardHelpOptions = true,
    description = "What lies in spools, and what the broker would not take of it.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SpoolListCommand.class, SpoolReleaseCommand.class, SpoolDiscardCommand.class})
final class SpoolCommand {}
