package dev.sluice.cli;

import dev.sluice.cli.process.GivenJob;
import dev.sluice.cli.process.JobText;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.MisfirePolicy;
import dev.sluice.scheduler.NextFirings;
import dev.sluice.scheduler.OverlapPolicy;
import dev.sluice.settings.JobSettings;
import dev.sluice.settings.SluiceSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code sluice schedule add}. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a job that is kept in the database, or changes one that was made so.",
      "The options are the keys of scheduler.jobs in sluice.yaml, with their defaults; what is left"
          + " out has its default, also in a job that is there already."
    })
final class ScheduleAddCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOB",
      description = "Its name: 1 to 100 letters, digits, '.', '_' and '-'; none of sluice.yaml.")
  private String job = "";

  @Option(names = "--task", paramLabel = "NAME", description = "The task that a firing enqueues.")
  private @Nullable String task;

  @Option(
      names = "--builtin",
      paramLabel = "NAME",
      description = "The built-in job that it is a copy of.")
  private @Nullable String builtin;

  @Option(names = "--queue", paramLabel = "QUEUE", description = "Queue, without the namespace.")
  private @Nullable String queue;

  @Option(names = "--args", paramLabel = "JSON", description = "The payload, a JSON object.")
  private @Nullable String args;

  @Option(
      names = "--cron",
      paramLabel = "CRON",
      description = "When it is due: '30 3 * * *' as in crontab, or '0 30 3 * * ?' as Quartz's.")
  private @Nullable String cron;

  @Option(names = "--every", paramLabel = "DURATION", description = "Or an interval: 30s, 5m, 1d.")
  private @Nullable Duration every;

  @Option(names = "--zone", paramLabel = "ZONE", description = "Time zone of --cron.")
  private @Nullable String zone;

  @Option(
      names = "--misfire",
      paramLabel = "POLICY",
      description = "What becomes of missed firings: ${COMPLETION-CANDIDATES}.")
  private @Nullable MisfirePolicy misfire;

  @Option(names = "--jitter", paramLabel = "DURATION", description = "Starts up to so much later.")
  private @Nullable Duration jitter;

  @Option(
      names = "--overlap",
      paramLabel = "POLICY",
      description = "While the one before runs: ${COMPLETION-CANDIDATES}.")
  private @Nullable OverlapPolicy overlap;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "So long one without a told outcome counts as running.")
  private @Nullable Duration timeout;

  @Option(names = "--disabled", description = "Does not fire; sluice schedule run fires it.")
  private boolean disabled;

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    JobSettings given =
        new JobSettings(
            Optional.ofNullable(task),
            Optional.ofNullable(builtin),
            Optional.ofNullable(queue),
            arguments(),
            Optional.ofNullable(cron),
            Optional.ofNullable(every),
            Optional.ofNullable(zone),
            Optional.ofNullable(misfire).map(ScheduleView::word),
            Optional.ofNullable(jitter),
            Optional.ofNullable(overlap).map(ScheduleView::word),
            Optional.ofNullable(timeout),
            disabled ? Optional.of(false) : Optional.empty());
    SluiceSettings settings = servers.load();
    JobSpec spec = spec(given, settings);
    return options.run(
        servers,
        settings,
        schedules -> {
          schedules.save(spec);
          if (options.json) {
            servers.print(Json.line(ScheduleView.of(schedules.find(job))));
          } else {
            servers.print("job " + job + " (" + JobText.timing(spec) + "), " + next(spec));
          }
          return 0;
        });
  }

  private JobSpec spec(JobSettings given, SluiceSettings settings) {
    try {
      return new GivenJob(settings.tasks()).spec(job, given);
    } catch (IllegalArgumentException e) {
      throw servers.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static String next(JobSpec spec) {
    return spec.enabled()
        ? "next at " + NextFirings.text(spec, Instant.now())
        : "disabled: not fired";
  }

  private Optional<JsonNode> arguments() {
    if (args == null) {
      return Optional.empty();
    }
    try {
      JsonNode read = Json.MAPPER.readTree(args);
      if (read.isObject()) {
        return Optional.of(read);
      }
    } catch (JacksonException e) {
      throw servers.wrong("--args is no JSON: " + e.getOriginalMessage());
    }
    throw servers.wrong("--args must be a JSON object such as {\"user\": 7}");
  }
}
