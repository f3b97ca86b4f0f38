package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.settings.QueueSettings;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.settings.WorkerSettings;
import dev.sluice.task.TimeLimits;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.governor.Governor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** What a worker consumes and how: the settings, and what its handlers need. */
final class WorkerPlan {
  private final SluiceSettings settings;
  private final Map<String, QueueOptions> queues = new LinkedHashMap<>();

  /**
   * Plans a worker.
   *
   * @param queuesOfHandlers consumed when the settings name none, without the namespace
   */
  WorkerPlan(SluiceSettings settings, Set<String> queuesOfHandlers) {
    this.settings = settings;
    Map<String, QueueSettings> configured = settings.worker().queues();
    Set<String> names = configured.isEmpty() ? queuesOfHandlers : configured.keySet();
    if (names.isEmpty()) {
      throw new CommandFailed(
          "the worker has nothing to do: no handler is registered and no queue is named;"
              + " give --lib, --queues or worker.queues");
    }
    names.forEach(
        name -> queues.put(name, queue(configured.getOrDefault(name, QueueSettings.DEFAULTS))));
  }

  /** Names of the queues, without the namespace. */
  Set<String> queues() {
    return queues.keySet();
  }

  /** How a queue is consumed, by its name without the namespace. */
  QueueOptions queue(String name) {
    return Objects.requireNonNull(queues.get(name), name);
  }

  /** The same, with the partition queues of those that are ordered. */
  Set<String> watched() {
    Set<String> watched = new LinkedHashSet<>(queues.keySet());
    queues.forEach(
        (name, queue) -> {
          if (queue.ordered()) {
            watched.addAll(OrderPartitions.all(name));
          }
        });
    return watched;
  }

  WorkerOptions options(
      Broker broker,
      Optional<DataSource> dataSource,
      Map<String, DataSource> databases,
      Keys keys,
      Governor governor) {
    WorkerSettings worker = settings.worker();
    WorkerOptions options =
        WorkerOptions.of(broker)
            .limits(new TimeLimits(worker.softTimeLimit().orElse(null), worker.hardTimeLimit()))
            .shutdownDeadline(worker.shutdownDeadline())
            .unknownTaskPatience(worker.unknownTaskPatience())
            .maxBodyBytes(settings.broker().maxBodyBytes())
            .virtualThreads(worker.virtualThreads())
            .controlBus(worker.control())
            .governor(governor);
    for (Map.Entry<String, QueueOptions> queue : queues.entrySet()) {
      options = options.queue(queue.getKey(), queue.getValue());
    }
    if (worker.node().isPresent()) {
      options = options.node(worker.node().get());
    }
    if (keys.store().isPresent()) {
      options = options.keys(keys.store().get());
    }
    if (dataSource.isPresent()) {
      options = options.dataSource(dataSource.get());
    }
    for (Map.Entry<String, DataSource> database : databases.entrySet()) {
      options = options.database(database.getKey(), database.getValue());
    }
    return options;
  }

  private QueueOptions queue(QueueSettings queue) {
    return new QueueOptions(
        queue.concurrency().orElse(settings.worker().concurrency()),
        queue.prefetch().orElse(0),
        queue.weight(),
        queue.slo().orElse(null),
        queue.profile().orElse(null),
        queue.ordered());
  }
}
