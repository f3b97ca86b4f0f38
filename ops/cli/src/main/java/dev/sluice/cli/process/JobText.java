package dev.sluice.cli.process;

import dev.sluice.scheduler.JobSpec;
import java.time.Duration;

/** A job in words. */
public final class JobText {

  private JobText() {}

  /** When it is due: {@code 30 3 * * * Europe/Berlin}, {@code every 5m}. */
  public static String timing(JobSpec job) {
    return job.every() != null
        ? "every " + duration(job.every())
        : job.cron() + (job.zone().equals(JobSpec.UTC) ? "" : " " + job.zone());
  }

  /** A duration as settings have it, in the largest unit that leaves no rest. */
  public static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 != 0 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }
}
