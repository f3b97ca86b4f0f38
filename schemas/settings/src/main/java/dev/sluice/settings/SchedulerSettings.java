package dev.sluice.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Section {@code scheduler}: what happens because time passed.
 *
 * @param jobs periodic jobs by name
 */
public record SchedulerSettings(Map<String, JobSettings> jobs) {

  public SchedulerSettings {
    jobs = Collections.unmodifiableMap(new LinkedHashMap<>(jobs));
  }

  /** One sentence for each thing that is wrong. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    jobs.forEach((name, job) -> problems.addAll(job.problems(name)));
    return problems;
  }
}
