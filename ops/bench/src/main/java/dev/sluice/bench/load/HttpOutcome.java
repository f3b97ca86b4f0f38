package dev.sluice.bench.load;

import java.util.List;
import java.util.Map;

/**
 * What became of the requests of a run.
 *
 * @param timings of every request that was answered, and of those that never were until they were
 *     given up
 * @param statuses how many answers had which status
 * @param errors how many requests got no answer, by the reason
 * @param bodies of the answers with a status of 2xx
 */
public record HttpOutcome(
    Timings timings, Map<Integer, Long> statuses, Map<String, Long> errors, List<byte[]> bodies) {

  /** Requests that were not answered with 2xx. */
  public long failed() {
    long refused =
        statuses.entrySet().stream()
            .filter(status -> status.getKey() / 100 != 2)
            .mapToLong(Map.Entry::getValue)
            .sum();
    return refused + errors.values().stream().mapToLong(Long::longValue).sum();
  }
}
