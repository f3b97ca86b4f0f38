package dev.sluice.testkit;

import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchHandler;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.TaskHandler;
import dev.sluice.worker.TransactionalHandler;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Handlers that a test wants, kept until its worker is there, and the queues that they need. */
final class HandlerList implements Handlers {
  private final List<Consumer<Handlers>> registrations = new ArrayList<>();
  private final Set<String> queues = new LinkedHashSet<>();

  @Override
  public <P extends Record> Handlers handle(TaskType<P> type, TaskHandler<P> handler) {
    queues.add(type.queue());
    registrations.add(handlers -> handlers.handle(type, handler));
    return this;
  }

  @Override
  public <P extends Record> Handlers handle(TaskType<P> type, TransactionalHandler<P> handler) {
    queues.add(type.queue());
    registrations.add(handlers -> handlers.handle(type, handler));
    return this;
  }

  @Override
  public <P extends Record> Handlers handleBatch(
      TaskType<P> type, BatchOptions options, BatchHandler<P> handler) {
    queues.add(type.queue());
    registrations.add(handlers -> handlers.handleBatch(type, options, handler));
    return this;
  }

  Set<String> queues() {
    return queues;
  }

  void registerAt(Handlers handlers) {
    registrations.forEach(registration -> registration.accept(handlers));
  }
}
