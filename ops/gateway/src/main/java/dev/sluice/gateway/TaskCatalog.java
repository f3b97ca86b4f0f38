package dev.sluice.gateway;

import dev.sluice.settings.GatewaySettings.Task;
import dev.sluice.task.TaskType;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which tasks there are, by name or its beginning; with none named, every task. The longest entry
 * that fits counts.
 */
final class TaskCatalog {
  private static final Task ANY = new Task(TaskType.DEFAULT_QUEUE, 1);

  private final Map<String, Task> names = new LinkedHashMap<>();
  private final Map<String, Task> beginnings = new LinkedHashMap<>();

  TaskCatalog(Map<String, Task> tasks) {
    List<String> longestFirst =
        tasks.keySet().stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    for (String name : longestFirst) {
      if (name.endsWith("*")) {
        beginnings.put(name.substring(0, name.length() - 1), tasks.get(name));
      } else {
        names.put(name, tasks.get(name));
      }
    }
    if (tasks.isEmpty()) {
      beginnings.put("", ANY);
    }
  }

  Optional<Task> find(String name) {
    Task exact = names.get(name);
    if (exact != null) {
      return Optional.of(exact);
    }
    for (Map.Entry<String, Task> entry : beginnings.entrySet()) {
      if (name.startsWith(entry.getKey())) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }
}
