package dev.sluice.settings;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A periodic job; exactly one of {@code cron} and {@code every} is present.
 *
 * @param task name of the task that a firing enqueues
 * @param queue queue it is enqueued to, without the namespace
 * @param args the payload
 * @param cron Quartz's cron expression
 * @param every interval between firings
 * @param zone time zone of the cron expression
 * @param misfire {@code once} or {@code skip}: what becomes of firings that were missed
 * @param enabled whether it fires
 */
public record JobSettings(
    String task,
    String queue,
    ObjectNode args,
    Optional<String> cron,
    Optional<Duration> every,
    String zone,
    String misfire,
    boolean enabled) {

  public JobSettings {
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "scheduler.jobs: '" + zone + "' is no time zone; write one such as Europe/Berlin", e);
    }
    if (every.isPresent() && every.get().isZero()) {
      throw new IllegalArgumentException("scheduler.jobs: every must be longer than 0");
    }
    args = args.deepCopy();
  }
}
