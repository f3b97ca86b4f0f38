package dev.sluice.settings;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A periodic job as far as it is given: what is empty is the built-in job's, else the default.
 *
 * @param task name of the task that a firing enqueues; not with {@code builtin}
 * @param builtin the built-in job, or the task of one, that it is a copy of
 * @param queue queue it is enqueued to, without the namespace
 * @param args the payload, an object
 * @param cron when it is due, as a cron expression; not with {@code every}
 * @param every interval between firings
 * @param zone time zone of the cron expression
 * @param misfire {@code once}, {@code skip} or {@code all}: what becomes of missed firings
 * @param jitter up to so much later its task starts
 * @param overlap {@code allow}, {@code skip} or {@code queue}: what becomes of a firing while the
 *     one before it runs
 * @param timeout how long a firing without an outcome counts as running
 * @param enabled whether it fires
 */
public record JobSettings(
    Optional<String> task,
    Optional<String> builtin,
    Optional<String> queue,
    Optional<JsonNode> args,
    Optional<String> cron,
    Optional<Duration> every,
    Optional<String> zone,
    Optional<String> misfire,
    Optional<Duration> jitter,
    Optional<String> overlap,
    Optional<Duration> timeout,
    Optional<Boolean> enabled) {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(366);

  public JobSettings {
    // Of a key that is absent, Jackson makes a null that is there.
    args = args.filter(value -> !value.isNull()).map(JsonNode::deepCopy);
  }

  /** One sentence for each thing that is wrong, whatever built-in jobs there are. */
  List<String> problems(String name) {
    String path = "scheduler.jobs." + name;
    List<String> problems = new ArrayList<>();
    if (cron.isPresent() && every.isPresent()) {
      problems.add(path + ": needs either cron or every, and not both");
    }
    if (task.isPresent() && builtin.isPresent()) {
      problems.add(path + ": needs either task or builtin, and not both");
    }
    zone.ifPresent(
        written -> {
          if (!known(written)) {
            problems.add(path + ".zone: '" + written + "' is no time zone; " + nearest(written));
          }
        });
    every
        .filter(given -> !wholeSeconds(given, SECOND, LONGEST))
        .ifPresent(given -> problems.add(path + ".every: must be whole seconds, 1s to 366d"));
    jitter
        .filter(given -> !wholeSeconds(given, Duration.ZERO, DAY))
        .ifPresent(given -> problems.add(path + ".jitter: must be whole seconds, 0s to 1d"));
    timeout
        .filter(given -> given.compareTo(SECOND) < 0 || given.compareTo(LONGEST) > 0)
        .ifPresent(given -> problems.add(path + ".timeout: must be from 1s to 366d"));
    return problems;
  }

  private static boolean wholeSeconds(Duration given, Duration least, Duration most) {
    return given.getNano() == 0 && given.compareTo(least) >= 0 && given.compareTo(most) <= 0;
  }

  private static boolean known(String zone) {
    try {
      ZoneId.of(zone);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String nearest(String zone) {
    return NearestName.of(zone, ZoneId.getAvailableZoneIds())
        .map(name -> "did you mean " + name + "?")
        .orElse("write one such as Europe/Berlin");
  }
}
