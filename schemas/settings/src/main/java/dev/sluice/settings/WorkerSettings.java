package dev.sluice.settings;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Section {@code worker}: how tasks are run.
 *
 * @param node the worker's name towards Celery's tools
 * @param queues the queues to consume, by name without the namespace; empty for those of every task
 *     type that has a handler
 * @param concurrency attempts that run at once, for each queue that does not say otherwise
 * @param concurrencyLimit attempts that run at once, those of all queues together
 * @param workers how many workers share limits at least
 * @param limits what the tasks of a type are held to, by the type's name
 * @param softTimeLimit after this a handler is asked to stop
 * @param hardTimeLimit after this an attempt is ended
 * @param shutdownDeadline how long running attempts may go on after SIGTERM
 * @param unknownTaskPatience how long a task waits for a worker that knows it
 * @param virtualThreads whether handlers run on virtual threads
 * @param control whether the worker answers Celery's remote control
 */
public record WorkerSettings(
    Optional<String> node,
    Map<String, QueueSettings> queues,
    int concurrency,
    Optional<Integer> concurrencyLimit,
    int workers,
    Map<String, TaskLimitSettings> limits,
    Optional<Duration> softTimeLimit,
    Duration hardTimeLimit,
    Duration shutdownDeadline,
    Duration unknownTaskPatience,
    boolean virtualThreads,
    boolean control) {

  public WorkerSettings {
    if (hardTimeLimit.isZero()) {
      throw new IllegalArgumentException("worker.hardTimeLimit: must be longer than 0");
    }
    if (softTimeLimit.isPresent() && softTimeLimit.get().compareTo(hardTimeLimit) > 0) {
      throw new IllegalArgumentException(
          "worker.softTimeLimit: must not be longer than worker.hardTimeLimit, "
              + hardTimeLimit.toSeconds()
              + " s");
    }
    queues.forEach((name, queue) -> queue.check(name, concurrency));
    queues = Collections.unmodifiableMap(new LinkedHashMap<>(queues));
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
  }

  /** Consumes these queues alone, each as configured. */
  public WorkerSettings consuming(Collection<String> names) {
    Map<String, QueueSettings> chosen = new LinkedHashMap<>();
    names.forEach(name -> chosen.put(name, queues.getOrDefault(name, QueueSettings.DEFAULTS)));
    return with(chosen, concurrency);
  }

  /** Runs so many attempts at once for each queue, whatever is configured. */
  public WorkerSettings concurrency(int newConcurrency) {
    Map<String, QueueSettings> changed = new LinkedHashMap<>();
    queues.forEach(
        (name, queue) ->
            changed.put(
                name,
                new QueueSettings(
                    Optional.empty(),
                    Optional.empty(),
                    queue.weight(),
                    queue.slo(),
                    queue.profile(),
                    queue.ordered())));
    return with(changed, newConcurrency);
  }

  private WorkerSettings with(Map<String, QueueSettings> newQueues, int newConcurrency) {
    return new WorkerSettings(
        node,
        newQueues,
        newConcurrency,
        concurrencyLimit,
        workers,
        limits,
        softTimeLimit,
        hardTimeLimit,
        shutdownDeadline,
        unknownTaskPatience,
        virtualThreads,
        control);
  }
}
