package dev.sluice.cli;

import picocli.CommandLine.Command;

/** {@code sluice schedule}. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    description = {
      "Shows periodic jobs and what came of them; runs, stops, adds and removes them.",
      "Schedulers that run take a change over within seconds; none needs to run."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ScheduleListCommand.class,
      ScheduleNextCommand.class,
      ScheduleRunCommand.class,
      SchedulePauseCommand.class,
      ScheduleResumeCommand.class,
      ScheduleBackfillCommand.class,
      ScheduleFiringsCommand.class,
      ScheduleAddCommand.class,
      ScheduleRemoveCommand.class
    })
final class ScheduleCommand {}
