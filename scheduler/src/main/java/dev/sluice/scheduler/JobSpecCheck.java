package dev.sluice.scheduler;

import dev.sluice.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** The rules that a {@link JobSpec} keeps; every error names the job and what is allowed. */
final class JobSpecCheck {
  private static final String NAME = "[A-Za-z0-9._-]{1,100}";
  // The column of Quartz's tables that has it.
  private static final int MAX_CRON = 512;
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final Duration LONGEST_JITTER = Duration.ofDays(1);

  private JobSpecCheck() {}

  static void check(
      String name,
      String task,
      String queue,
      @Nullable String cron,
      @Nullable Duration every,
      String zone) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "job '"
              + name
              + "': the name may have 1 to 100 letters, digits, '.', '_' and '-' and nothing else");
    }
    if (task.isEmpty() || task.length() > 255 || !task.chars().allMatch(c -> c > 32 && c < 127)) {
      throw wrong(
          name, "task '" + task + "' must be 1 to 255 visible ASCII characters without blanks");
    }
    if (queue.isBlank()) {
      throw wrong(name, "queue is blank; name the queue that its tasks go to");
    }
    if (cron != null && every != null) {
      throw wrong(name, "has both cron and every; give exactly one of them");
    }
    if (cron != null) {
      cron(name, cron);
    } else if (every != null) {
      every(name, every);
    } else {
      throw wrong(name, "has neither cron nor every; give exactly one of them");
    }
    zone(name, zone);
  }

  static void durations(String name, Duration jitter, Duration timeout) {
    if (jitter.isNegative() || jitter.getNano() != 0 || jitter.compareTo(LONGEST_JITTER) > 0) {
      throw wrong(name, "jitter must be whole seconds from 0 to a day, is " + jitter);
    }
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw wrong(name, "timeout must be from PT1S to 366 days, is " + timeout);
    }
  }

  /** A copy made of what JSON knows, so that a spec equals itself read back from a database. */
  static Map<String, @Nullable Object> kwargs(String name, Map<String, @Nullable Object> kwargs) {
    String json;
    try {
      json = Kwargs.write(kwargs);
    } catch (JacksonException e) {
      throw wrong(name, "kwargs must be JSON values: " + e.getOriginalMessage());
    }
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > JobSpec.MAX_KWARGS_BYTES) {
      throw wrong(
          name,
          "kwargs have "
              + bytes
              + " bytes as JSON; at most "
              + JobSpec.MAX_KWARGS_BYTES
              + " are allowed: pass ids, not objects");
    }
    return Kwargs.read(json);
  }

  private static void cron(String name, String cron) {
    if (cron.length() > MAX_CRON) {
      throw wrong(name, "cron has " + cron.length() + " characters; at most " + MAX_CRON);
    }
    try {
      LocalCron.parse(cron);
    } catch (IllegalArgumentException e) {
      throw wrong(name, "cron '" + cron + "' is not valid: " + e.getMessage());
    }
  }

  /** Refuses a list in which two jobs have one name. */
  static void distinct(List<JobSpec> jobs) {
    Set<String> names = new HashSet<>();
    for (JobSpec job : jobs) {
      if (!names.add(job.name())) {
        throw wrong(job.name(), "two jobs have this name; rename or remove one of them");
      }
    }
  }

  static void queue(JobSpec job, Topology topology) {
    try {
      topology.queue(job.queue());
    } catch (IllegalArgumentException e) {
      throw wrong(job.name(), e.getMessage());
    }
  }

  /** Refuses what no date is, as in 30 February; one that is past was right when it was written. */
  static void everDue(JobSpec job, Instant now) {
    if (over(job, now) && job.timing().newestDue(now).isEmpty()) {
      throw wrong(
          job.name(), "cron '" + job.cron() + "' is never due; change it or remove the job");
    }
  }

  /** Whether the job would fire, but is never due again. */
  static boolean over(JobSpec job, Instant now) {
    return job.enabled() && job.timing().nextAfter(now).isEmpty();
  }

  static void dueAgain(JobSpec job, Instant now) {
    if (over(job, now)) {
      throw wrong(
          job.name(), "cron '" + job.cron() + "' is never due again; change it or remove the job");
    }
  }

  private static IllegalArgumentException wrong(String name, @Nullable String what) {
    return new IllegalArgumentException("job '" + name + "': " + what);
  }

  private static void every(String name, Duration every) {
    if (every.getSeconds() < 1 || every.getNano() != 0 || every.compareTo(LONGEST) > 0) {
      throw wrong(name, "every must be whole seconds from PT1S to 366 days, is " + every);
    }
  }

  private static void zone(String name, String zone) {
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw wrong(
          name,
          "zone '"
              + zone
              + "' is not known; name one of the IANA database, as in 'Europe/Berlin' or 'UTC'");
    }
  }
}
