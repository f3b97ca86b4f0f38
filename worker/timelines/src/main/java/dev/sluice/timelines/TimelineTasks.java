package dev.sluice.timelines;

import dev.sluice.task.TaskType;

/** The task types of timelines, shared by producers, workers and the scheduler. */
public final class TimelineTasks {

  /** A user wrote a post: insert it and bring it to every timeline that it belongs to. */
  public static final TaskType<PostCreated> POST_CREATED =
      TaskType.of("timeline.post_created", PostCreated.class).queue("timelines");

  /**
   * One chunk of a fan-out. Its queue is shared with no first-hand task, so that a small fan-out is
   * never stuck behind a large one, nor a large one behind a backlog.
   */
  public static final TaskType<FanOutStep> FAN_OUT =
      TaskType.of("timeline.fan_out", FanOutStep.class).queue("fanout");

  /** Remove what is too old from every timeline. */
  public static final TaskType<TruncateTimelines> TRUNCATE =
      TaskType.of("sluice.truncate_timelines", TruncateTimelines.class).queue("maintenance");

  private TimelineTasks() {}
}
