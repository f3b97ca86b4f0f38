package dev.sluice.cli.process;

import dev.sluice.settings.NearestName;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.dead.RedriveTransient;
import dev.sluice.worker.longtask.RescueLongTasks;
import dev.sluice.worker.retention.TruncateTable;
import dev.sluice.worker.upkeep.ExpireKeys;
import dev.sluice.worker.upkeep.SweepOutbox;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The task types that {@code sluice worker} handles by itself, without anybody's modules. */
final class OwnTasks {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  private static final Map<String, TaskType<?>> TYPES =
      Stream.<TaskType<?>>of(
              RedriveTransient.TYPE,
              RescueLongTasks.TYPE,
              SweepOutbox.TYPE,
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
          .collect(Collectors.toUnmodifiableMap(TaskType::name, Function.identity()));

  private OwnTasks() {}

  /** The names of all. */
  static Set<String> names() {
    return TYPES.keySet();
  }

  /** The queue of a task, without the namespace; empty when it is none of these. */
  static Optional<String> queue(String task) {
    return Optional.ofNullable(TYPES.get(task)).map(TaskType::queue);
  }

  /**
   * Tells what is wrong with arguments, which a worker would tell with a dead task; empty also when
   * the task is none of these.
   */
  static Optional<String> problem(String task, Map<String, @Nullable Object> arguments) {
    TaskType<?> type = TYPES.get(task);
    if (type == null) {
      return Optional.empty();
    }
    List<String> known =
        Arrays.stream(type.payload().getRecordComponents()).map(RecordComponent::getName).toList();
    Optional<String> unknown =
        arguments.keySet().stream().filter(name -> !known.contains(name)).sorted().findFirst();
    if (unknown.isPresent()) {
      return Optional.of("args." + unknown.get() + ": " + unknown(type, unknown.get(), known));
    }
    try {
      JSON.convertValue(arguments, type.payload());
      return Optional.empty();
    } catch (JacksonException e) {
      return Optional.of("args: " + reason(e));
    }
  }

  private static String unknown(TaskType<?> type, String name, List<String> known) {
    return "unknown argument of "
        + type.name()
        + NearestName.of(name, known)
            .map(near -> "; did you mean " + near + "?")
            .orElse(
                known.isEmpty() ? ", which takes none" : "; known are " + String.join(", ", known));
  }

  /** What the payload itself says, if it was that which refused. */
  private static String reason(JacksonException error) {
    Throwable cause = error;
    while (cause != null) {
      if (cause instanceof IllegalArgumentException) {
        return String.valueOf(cause.getMessage());
      }
      cause = cause.getCause();
    }
    String path =
        error.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .collect(Collectors.joining("."));
    return path + ": " + error.getOriginalMessage().lines().findFirst().orElse("");
  }
}
