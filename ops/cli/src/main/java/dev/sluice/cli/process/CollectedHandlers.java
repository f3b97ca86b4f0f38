package dev.sluice.cli.process;

import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchHandler;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.TaskHandler;
import dev.sluice.worker.TransactionalHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Handlers of modules, kept until there is a worker: which queues it consumes depends on them.
 *
 * <p>Threading: for the thread that starts the process.
 */
final class CollectedHandlers implements Handlers {
  private final List<Consumer<Handlers>> registrations = new ArrayList<>();
  private final Set<String> queues = new TreeSet<>();
  private final Set<String> names = new TreeSet<>();

  @Override
  public <P extends Record> Handlers handle(TaskType<P> type, TaskHandler<P> handler) {
    return keep(type, worker -> worker.handle(type, handler));
  }

  @Override
  public <P extends Record> Handlers handle(TaskType<P> type, TransactionalHandler<P> handler) {
    return keep(type, worker -> worker.handle(type, handler));
  }

  @Override
  public <P extends Record> Handlers handleBatch(
      TaskType<P> type, BatchOptions options, BatchHandler<P> handler) {
    return keep(type, worker -> worker.handleBatch(type, options, handler));
  }

  /** The queues of the task types, without the namespace. */
  Set<String> queues() {
    return queues;
  }

  /** The names of the task types. */
  Set<String> names() {
    return names;
  }

  void registerWith(Handlers worker) {
    registrations.forEach(registration -> registration.accept(worker));
  }

  private Handlers keep(TaskType<?> type, Consumer<Handlers> registration) {
    registrations.add(registration);
    queues.add(type.queue());
    names.add(type.name());
    return this;
  }
}
