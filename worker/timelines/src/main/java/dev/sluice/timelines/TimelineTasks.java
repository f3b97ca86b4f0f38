package dev.sluice.timelines;

import dev.sluice.task.TaskType;

/** The task types of timelines, shared by producers, workers and the scheduler. */
public final class TimelineTasks {

  /** A user wrote a post: insert it and bring it to every timeline that it belongs to. */
  public static final TaskType<PostCreated> POST_CREATED =
      TaskType.of("timeline.post_created", PostCreated.class).queue("timelines");

  /** A post was deleted: hide it at once, then take it from every timeline. */
  public static final TaskType<PostDeleted> POST_DELETED =
      TaskType.of("timeline.post_deleted", PostDeleted.class).queue("timelines");

  /** Insert an edge of the graph, then bring the author's posts to the follower's timeline. */
  public static final TaskType<Follow> FOLLOW =
      TaskType.of("timeline.follow", Follow.class).queue("timelines");

  /** End an edge of the graph, then take the author's posts from the follower's timeline. */
  public static final TaskType<Unfollow> UNFOLLOW =
      TaskType.of("timeline.unfollow", Unfollow.class).queue("timelines");

  /** Enqueued by both of these once the edge is committed. */
  public static final TaskType<Edge> EDGE_CHANGED =
      TaskType.of("timeline.edge_changed", Edge.class).queue("timelines");

  /** Brings a post to all followers of its author. Its continuations have a queue of their own. */
  public static final TaskType<PostFanOut> FAN_OUT =
      TaskType.of("timeline.fan_out", PostFanOut.class).queue("timelines");

  /** Takes a deleted post from all followers of its author. */
  public static final TaskType<PostFanOut> REMOVE =
      TaskType.of("timeline.remove", PostFanOut.class).queue("timelines");

  /** Enqueued when a cancelled {@link #FAN_OUT} has come to rest: was its post deleted? */
  public static final TaskType<PostFanOut> FAN_OUT_CANCELLED =
      TaskType.of("timeline.fan_out_cancelled", PostFanOut.class).queue("timelines");

  /** Enqueued by a deletion once it is committed: every process drops its copy of the post. */
  public static final TaskType<PostChanged> POST_CHANGED =
      TaskType.of("timeline.post_changed", PostChanged.class).queue("timelines");

  /** Queue of the continuations of {@link #FAN_OUT} and {@link #REMOVE}. */
  public static final String FAN_OUT_QUEUE = "fanout";

  /** Count followers, following and posts of every user anew, and correct the counters. */
  public static final TaskType<Recount> RECOUNT =
      TaskType.of("timelines.recount", Recount.class).queue("maintenance");

  /** Rebuild timelines from the database, after Redis has lost them. */
  public static final TaskType<RebuildTimelines> REBUILD_ALL =
      TaskType.of("timelines.rebuild_all", RebuildTimelines.class).queue("maintenance");

  /** Remove what is too old from every timeline. */
  public static final TaskType<TruncateTimelines> TRUNCATE =
      TaskType.of("sluice.truncate_timelines", TruncateTimelines.class).queue("maintenance");

  private TimelineTasks() {}
}
