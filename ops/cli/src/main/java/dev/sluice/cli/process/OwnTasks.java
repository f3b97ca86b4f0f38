package dev.sluice.cli.process;

import dev.sluice.task.TaskType;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.dead.RedriveTransient;
import dev.sluice.worker.longtask.RescueLongTasks;
import dev.sluice.worker.retention.TruncateTable;
import dev.sluice.worker.upkeep.ExpireKeys;
import dev.sluice.worker.upkeep.SweepOutbox;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The task types that {@code sluice worker} handles by itself, without anybody's modules. */
final class OwnTasks {
  private static final Map<String, String> QUEUES =
      Stream.<TaskType<?>>of(
              RedriveTransient.TYPE,
              SweepOutbox.TYPE,
              RescueLongTasks.TYPE,
              ExpireKeys.TYPE,
              TruncateTable.TYPE,
              TimelineTasks.POST_CREATED,
              TimelineTasks.POST_DELETED,
              TimelineTasks.FOLLOW,
              TimelineTasks.UNFOLLOW,
              TimelineTasks.EDGE_CHANGED,
              TimelineTasks.FAN_OUT,
              TimelineTasks.REMOVE,
              TimelineTasks.FAN_OUT_CANCELLED,
              TimelineTasks.POST_CHANGED,
              TimelineTasks.RECOUNT,
              TimelineTasks.REBUILD_ALL,
              TimelineTasks.TRUNCATE)
          .collect(Collectors.toUnmodifiableMap(TaskType::name, TaskType::queue));

  private OwnTasks() {}

  /** The queue of each, without the namespace, by the name of the task. */
  static Map<String, String> queues() {
    return QUEUES;
  }

  /** The queue of a task; empty when it is none of these. */
  static Optional<String> queue(String task) {
    return Optional.ofNullable(QUEUES.get(task));
  }
}
