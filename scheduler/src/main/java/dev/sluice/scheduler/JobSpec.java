package dev.sluice.scheduler;

import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A periodic job: when it is due, and the task that each of its firings enqueues. Exactly one of
 * {@code cron} and {@code every} is given.
 *
 * @param name unique among all jobs; 1 to 100 letters, digits, {@code .}, {@code _} and {@code -}
 * @param task the task's name on the wire; it may be a task of a Python worker
 * @param queue the queue the task goes to, without the namespace
 * @param kwargs the task's arguments by name: JSON values, at most {@value #MAX_KWARGS_BYTES} bytes
 *     as JSON
 * @param cron six or seven fields as Quartz takes them, seconds first; null with {@code every}
 * @param every whole seconds from one second to 366 days, counted from 1970-01-01T00:00Z, so that
 *     every scheduler means the same instants; null with {@code cron}
 * @param zone the time zone of {@code cron}, as in {@code Europe/Berlin}; default {@value #UTC}
 * @param misfire what becomes of missed firings; default {@link MisfirePolicy#ONCE}
 * @param enabled whether it fires at all; default true
 */
public record JobSpec(
    String name,
    String task,
    String queue,
    Map<String, @Nullable Object> kwargs,
    @Nullable String cron,
    @Nullable Duration every,
    String zone,
    MisfirePolicy misfire,
    boolean enabled) {

  /** The time zone of a job that names none. */
  public static final String UTC = "UTC";

  /** Arguments are ids, not objects. */
  public static final int MAX_KWARGS_BYTES = 16384;

  /**
   * @throws IllegalArgumentException naming the job, what is wrong and what is allowed
   */
  public JobSpec {
    kwargs = JobSpecCheck.kwargs(name, kwargs);
    JobSpecCheck.check(name, task, queue, cron, every, zone);
  }

  /** A job that is due when its cron expression, read in UTC, says so. */
  public static JobSpec cron(String name, String cron, String task, String queue) {
    return new JobSpec(name, task, queue, Map.of(), cron, null, UTC, MisfirePolicy.ONCE, true);
  }

  /** A job that is due at every multiple of a duration. */
  public static JobSpec every(String name, Duration every, String task, String queue) {
    return new JobSpec(name, task, queue, Map.of(), null, every, UTC, MisfirePolicy.ONCE, true);
  }

  public JobSpec kwargs(Map<String, ? extends @Nullable Object> newKwargs) {
    return new JobSpec(
        name, task, queue, new HashMap<>(newKwargs), cron, every, zone, misfire, enabled);
  }

  /** The same with a JSON object, as configuration has it. */
  public JobSpec kwargs(ObjectNode newKwargs) {
    return kwargs(Kwargs.read(newKwargs.toString()));
  }

  public JobSpec zone(String newZone) {
    return new JobSpec(name, task, queue, kwargs, cron, every, newZone, misfire, enabled);
  }

  public JobSpec misfire(MisfirePolicy newMisfire) {
    return new JobSpec(name, task, queue, kwargs, cron, every, zone, newMisfire, enabled);
  }

  public JobSpec enabled(boolean newEnabled) {
    return new JobSpec(name, task, queue, kwargs, cron, every, zone, misfire, newEnabled);
  }

  /** The instants at which it is due. */
  Timing timing() {
    return every != null
        ? new IntervalTiming(every)
        : new CronTiming(JobSpecCheck.cron(name, String.valueOf(cron)), ZoneId.of(zone));
  }

  /** Whether {@code other} is due at the same instants and treats missed ones alike. */
  boolean sameTiming(JobSpec other) {
    return Objects.equals(cron, other.cron)
        && Objects.equals(every, other.every)
        && zone.equals(other.zone)
        && misfire == other.misfire;
  }
}
