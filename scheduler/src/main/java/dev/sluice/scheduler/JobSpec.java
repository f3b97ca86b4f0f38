package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
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
 * @param cron five fields of plain cron or a word such as {@code @daily}, or six or seven as Quartz
 *     takes them, seconds first; matched against local time. When the clocks change, one for every
 *     hour or every n-th goes on with time as it passes; any other is due once for each local time
 *     it names: at the first of two, and for those that are left out when the clocks go forward.
 *     Null with {@code every}
 * @param every whole seconds from one second to 366 days, counted from 1970-01-01T00:00Z, so that
 *     every scheduler means the same instants; null with {@code cron}
 * @param zone the time zone of {@code cron}, as in {@code Europe/Berlin}; default {@value #UTC}
 * @param misfire what becomes of missed firings; default {@link MisfirePolicy#ONCE}
 * @param jitter whole seconds, up to which a task starts later than its job is due: not all jobs of
 *     03:00 shall start at once; the same for the same firing, at most a day; default none
 * @param overlap what becomes of a firing while the one before it has not ended; default {@link
 *     OverlapPolicy#ALLOW}
 * @param timeout how long after it was enqueued a firing without an outcome counts as running, from
 *     one second to 366 days; default a day. A worker in another language tells no outcome
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
    Duration jitter,
    OverlapPolicy overlap,
    Duration timeout,
    boolean enabled) {

  /** How long a firing counts as running when the job does not say. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofDays(1);

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
    JobSpecCheck.durations(name, jitter, timeout);
  }

  /** A job that is due when its cron expression, read in UTC, says so. */
  public static JobSpec cron(String name, String cron, String task, String queue) {
    return withDefaults(name, task, queue, cron, null);
  }

  /** A job that is due at every multiple of a duration. */
  public static JobSpec every(String name, Duration every, String task, String queue) {
    return withDefaults(name, task, queue, null, every);
  }

  private static JobSpec withDefaults(
      String name, String task, String queue, @Nullable String cron, @Nullable Duration every) {
    return new JobSpec(
        name,
        task,
        queue,
        Map.of(),
        cron,
        every,
        UTC,
        MisfirePolicy.ONCE,
        Duration.ZERO,
        OverlapPolicy.ALLOW,
        DEFAULT_TIMEOUT,
        true);
  }

  public JobSpec kwargs(Map<String, ? extends @Nullable Object> newKwargs) {
    return new JobSpec(
        name,
        task,
        queue,
        new HashMap<>(newKwargs),
        cron,
        every,
        zone,
        misfire,
        jitter,
        overlap,
        timeout,
        enabled);
  }

  /** The same with a JSON object, as configuration has it. */
  public JobSpec kwargs(ObjectNode newKwargs) {
    return kwargs(Kwargs.read(newKwargs.toString()));
  }

  public JobSpec zone(String newZone) {
    return new JobSpec(
        name, task, queue, kwargs, cron, every, newZone, misfire, jitter, overlap, timeout,
        enabled);
  }

  public JobSpec misfire(MisfirePolicy newMisfire) {
    return new JobSpec(
        name,
        task,
        queue,
        kwargs,
        cron,
        every,
        zone,
        newMisfire,
        jitter,
        overlap,
        timeout,
        enabled);
  }

  public JobSpec jitter(Duration newJitter) {
    return new JobSpec(
        name, task, queue, kwargs, cron, every, zone, misfire, newJitter, overlap, timeout,
        enabled);
  }

  public JobSpec overlap(OverlapPolicy newOverlap) {
    return new JobSpec(
        name,
        task,
        queue,
        kwargs,
        cron,
        every,
        zone,
        misfire,
        jitter,
        newOverlap,
        timeout,
        enabled);
  }

  public JobSpec timeout(Duration newTimeout) {
    return new JobSpec(
        name,
        task,
        queue,
        kwargs,
        cron,
        every,
        zone,
        misfire,
        jitter,
        overlap,
        newTimeout,
        enabled);
  }

  public JobSpec enabled(boolean newEnabled) {
    return new JobSpec(
        name,
        task,
        queue,
        kwargs,
        cron,
        every,
        zone,
        misfire,
        jitter,
        overlap,
        timeout,
        newEnabled);
  }

  /** The instants at which it is due. */
  Timing timing() {
    return every != null
        ? new IntervalTiming(every)
        : new CronTiming(LocalCron.parse(String.valueOf(cron)), ZoneId.of(zone));
  }

  /** The next instants at which it is due, enabled or not; at most {@code count}. */
  List<Instant> next(Instant after, int count) {
    return timing().nextAfter(after, count);
  }

  /** Whether {@code other} is due at the same instants and treats missed ones alike. */
  boolean sameTiming(JobSpec other) {
    return Objects.equals(cron, other.cron)
        && Objects.equals(every, other.every)
        && zone.equals(other.zone)
        && misfire == other.misfire;
  }
}
