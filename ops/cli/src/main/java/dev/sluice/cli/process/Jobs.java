package dev.sluice.cli.process;

import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.settings.SettingsException;
import dev.sluice.settings.SluiceSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The jobs of a scheduler: the built-in ones, changed and joined by those of the settings. */
final class Jobs {

  private Jobs() {}

  /**
   * All jobs.
   *
   * @param source what the settings were read from
   * @throws SettingsException naming each job that cannot be, and why
   */
  static List<JobSpec> of(String source, SluiceSettings settings) {
    Map<String, JobSpec> jobs = new LinkedHashMap<>();
    BuiltInJobs.all().forEach(job -> jobs.put(job.name(), job));
    List<String> problems = new ArrayList<>();
    GivenJob given = new GivenJob(settings.tasks());
    settings
        .scheduler()
        .jobs()
        .forEach(
            (name, job) -> {
              try {
                jobs.put(name, given.spec(name, job));
              } catch (IllegalArgumentException e) {
                problems.add("scheduler.jobs." + name + ": " + GivenJob.withoutName(name, e));
              }
            });
    if (!problems.isEmpty()) {
      throw new SettingsException(source, problems);
    }
    return List.copyOf(jobs.values());
  }

  /** The same exception for what only a scheduler finds wrong. */
  static SettingsException refused(String source, IllegalArgumentException reason) {
    return new SettingsException(source, List.of("scheduler.jobs: " + reason.getMessage()));
  }
}
