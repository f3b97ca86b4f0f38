package dev.sluice.cli.demo;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The demo's own book-keeping: which tasks it tried to enqueue and which of them were accepted, to
 * be held against the effects in the database. It knows nothing of the worker's counters.
 *
 * <p>Threading: for the publishing thread; {@link #balance} after it has ended.
 */
final class Ledger {
  private final Set<String> attempted = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();

  /** To be called before the first try. */
  void attempted(String taskId) {
    attempted.add(taskId);
  }

  /** The broker confirmed the task. */
  void accepted(String taskId) {
    accepted.add(taskId);
  }

  int acceptedCount() {
    return accepted.size();
  }

  Set<String> acceptedIds() {
    return Collections.unmodifiableSet(accepted);
  }

  /**
   * Holds the effects against the tasks.
   *
   * @param effects one entry for each row of the effect table: how often its task id stands there
   * @param dead ids of tasks that are dead and stay so, recorded where an operator finds them
   */
  Balance balance(Map<String, Integer> effects, Set<String> dead) {
    Set<String> lost = new HashSet<>(accepted);
    lost.removeAll(effects.keySet());
    lost.removeAll(dead);
    Map<String, Integer> doubled = new HashMap<>();
    Set<String> unexpected = new HashSet<>();
    effects.forEach(
        (id, rows) -> {
          if (rows > 1) {
            doubled.put(id, rows - 1);
          }
          if (!attempted.contains(id)) {
            unexpected.add(id);
          }
        });
    return new Balance(lost, doubled, unexpected);
  }

  /**
   * What does not agree.
   *
   * @param lost accepted tasks with neither an effect nor an entry among the dead
   * @param doubled tasks with more than one effect, and how many more
   * @param unexpected tasks with an effect that nobody tried to enqueue
   */
  record Balance(Set<String> lost, Map<String, Integer> doubled, Set<String> unexpected) {

    /** Effects beyond one for each task. */
    int doubles() {
      return doubled.values().stream().mapToInt(Integer::intValue).sum();
    }

    boolean even() {
      return lost.isEmpty() && doubled.isEmpty() && unexpected.isEmpty();
    }
  }
}
