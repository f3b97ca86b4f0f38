package dev.sluice.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
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
}
