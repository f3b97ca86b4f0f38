package dev.sluice.worker.dead;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a request to redrive or to discard.
 *
 * @param done entries that were sent back, or dropped
 * @param refused the others, each with its reason
 */
public record DeadReport(int done, List<Refusal> refused) {
  static final DeadReport NOTHING = new DeadReport(0, List.of());

  /**
   * An entry that was left as it is.
   *
   * @param id number of the entry
   * @param reason why, for a person
   */
  public record Refusal(long id, String reason) {}

  /** Refusals of the numbers asked for that no entry has. */
  static List<Refusal> missing(List<Long> ids, List<DeadTask> found) {
    List<Long> missing = new ArrayList<>(ids);
    missing.removeAll(found.stream().map(DeadTask::id).toList());
    return missing.stream().map(id -> new Refusal(id, "there is no such entry")).toList();
  }

  /** Both reports as one. */
  DeadReport plus(DeadReport other) {
    List<Refusal> all = new ArrayList<>(refused);
    all.addAll(other.refused);
    return new DeadReport(done + other.done, List.copyOf(all));
  }
}
