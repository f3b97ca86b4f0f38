package dev.sluice.cli;

import dev.sluice.cli.process.JobText;
import dev.sluice.scheduler.FiringRow;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.ScheduledJob;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jobs and firings as they are printed: names in the order people read them. */
final class ScheduleView {

  private ScheduleView() {}

  static Map<String, @Nullable Object> of(ScheduledJob job) {
    JobSpec spec = job.spec();
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("job", spec.name());
    view.put("source", word(job.source()));
    view.put("state", state(job));
    view.put("task", spec.task());
    view.put("queue", spec.queue());
    view.put("args", spec.kwargs());
    view.put("cron", spec.cron());
    view.put("every", spec.every() == null ? null : JobText.duration(spec.every()));
    view.put("zone", spec.zone());
    view.put("misfire", word(spec.misfire()));
    view.put("jitter", JobText.duration(spec.jitter()));
    view.put("overlap", word(spec.overlap()));
    view.put("timeout", JobText.duration(spec.timeout()));
    view.put("enabled", spec.enabled());
    view.put("paused", job.paused());
    view.put("since", job.since().toString());
    view.put("next", text(job.next()));
    view.put("open", job.open());
    view.put("last", job.last() == null ? null : of(job.last()));
    return view;
  }

  static Map<String, @Nullable Object> of(FiringRow firing) {
    Duration duration = firing.duration();
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("job", firing.job());
    view.put("fire_time", firing.fireTime().toString());
    view.put("origin", word(firing.origin()));
    view.put("state", word(firing.state()));
    view.put("task_id", firing.taskId());
    view.put("fired_at", firing.firedAt().toString());
    view.put("enqueued_at", text(firing.enqueuedAt()));
    view.put("ended_at", text(firing.endedAt()));
    view.put("duration_ms", duration == null ? null : duration.toMillis());
    return view;
  }

  /** {@code active}, {@code paused} or {@code disabled}. */
  static String state(ScheduledJob job) {
    return !job.spec().enabled() ? "disabled" : job.paused() ? "paused" : "active";
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
