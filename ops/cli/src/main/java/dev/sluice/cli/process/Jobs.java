package dev.sluice.cli.process;

import dev.sluice.cli.CommandFailed;
import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.MisfirePolicy;
import dev.sluice.scheduler.OverlapPolicy;
import dev.sluice.settings.JobSettings;
import dev.sluice.settings.SchedulerSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The jobs of a scheduler: the built-in ones, replaced and joined by those of the settings. */
final class Jobs {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Jobs() {}

  /**
   * All jobs.
   *
   * @throws CommandFailed naming the job that cannot be, and why
   */
  static List<JobSpec> of(SchedulerSettings settings) {
    Map<String, JobSpec> jobs = new LinkedHashMap<>();
    BuiltInJobs.all().forEach(job -> jobs.put(job.name(), job));
    settings.jobs().forEach((name, job) -> jobs.put(name, job(name, job)));
    return List.copyOf(jobs.values());
  }

  private static JobSpec job(String name, JobSettings job) {
    try {
      return new JobSpec(
          name,
          job.task(),
          job.queue(),
          JSON.convertValue(job.args(), new TypeReference<>() {}),
          job.cron().orElse(null),
          job.every().orElse(null),
          job.zone(),
          MisfirePolicy.valueOf(job.misfire().toUpperCase(Locale.ROOT)),
          Duration.ZERO,
          OverlapPolicy.ALLOW,
          JobSpec.DEFAULT_TIMEOUT,
          job.enabled());
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("scheduler.jobs." + name + ": " + e.getMessage(), e);
    }
  }
}
