package dev.sluice.worker;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every listener; one that throws harms neither the others nor the task. */
final class Listeners implements WorkerListener {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final WorkerListener[] all;

  Listeners(List<WorkerListener> listeners) {
    all = listeners.toArray(WorkerListener[]::new);
  }

  @Override
  public void received(Task task) {
    each(listener -> listener.received(task));
  }

  @Override
  public void started(Task task) {
    each(listener -> listener.started(task));
  }

  @Override
  public void ended(Task task, Duration runtime) {
    each(listener -> listener.ended(task, runtime));
  }

  @Override
  public void completed(Completed event) {
    each(listener -> listener.completed(event));
  }

  @Override
  public void retried(Retried event) {
    each(listener -> listener.retried(event));
  }

  @Override
  public void snoozed(Snoozed event) {
    each(listener -> listener.snoozed(event));
  }

  @Override
  public void dead(Dead event) {
    each(listener -> listener.dead(event));
  }

  @Override
  public void expired(Task task) {
    each(listener -> listener.expired(task));
  }

  @Override
  public void discarded(Task task, String reason) {
    each(listener -> listener.discarded(task, reason));
  }

  @Override
  public void revoked(Task task) {
    each(listener -> listener.revoked(task));
  }

  @Override
  public void duplicate(Task task) {
    each(listener -> listener.duplicate(task));
  }

  @Override
  public void givenBack(GivenBack event) {
    each(listener -> listener.givenBack(event));
  }

  @Override
  public void heldBack(Task task) {
    each(listener -> listener.heldBack(task));
  }

  @Override
  public void stuck(Task task, Thread thread) {
    each(listener -> listener.stuck(task, thread));
  }

  private void each(Consumer<WorkerListener> event) {
    for (WorkerListener listener : all) {
      try {
        event.accept(listener);
      } catch (Throwable t) {
        log.error("Listener {} failed", listener.getClass().getName(), t);
      }
    }
  }
}
