package dev.sluice.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what an operator would want to know: nothing for a task that is simply completed. */
public final class LoggingListener implements WorkerListener {
  private static final Logger log = LoggerFactory.getLogger("dev.sluice.tasks");

  @Override
  public void completed(Completed event) {
    log.debug(
        "Task {} {} completed in {} ms",
        event.task().name(),
        event.task().id(),
        event.runtime().toMillis());
  }

  @Override
  public void retried(Retried event) {
    log.warn(
        "Task {} {} failed in attempt {}, next one at {}: {}",
        event.task().name(),
        event.task().id(),
        event.task().attempt(),
        event.eta(),
        event.cause().toString());
  }

  @Override
  public void snoozed(Snoozed event) {
    log.debug(
        "Task {} {} waits until {}: {}",
        event.task().name(),
        event.task().id(),
        event.eta(),
        event.why());
  }

  @Override
  public void dead(Dead event) {
    Task task = event.task();
    if (task == null) {
      log.error(
          "A message of queue {} is dead, {}: {}", event.queue(), event.reason(), event.detail());
    } else if (event.cause() == null) {
      log.error(
          "Task {} {} is dead, {}: {}", task.name(), task.id(), event.reason(), event.detail());
    } else {
      log.error(
          "Task {} {} is dead, {}: {}",
          task.name(),
          task.id(),
          event.reason(),
          event.detail(),
          event.cause());
    }
  }

  @Override
  public void expired(Task task) {
    log.warn("Task {} {} has expired", task.name(), task.id());
  }

  @Override
  public void discarded(Task task, String reason) {
    log.info("Task {} {} was discarded: {}", task.name(), task.id(), reason);
  }

  @Override
  public void revoked(Task task) {
    log.info("Task {} {} was revoked", task.name(), task.id());
  }

  @Override
  public void duplicate(Task task) {
    log.debug("Task {} {} had been applied before", task.name(), task.id());
  }

  @Override
  public void givenBack(GivenBack event) {
    Task task = event.task();
    log.info(
        "{} of queue {} was given back: {}",
        task == null ? "A delivery" : "Task " + task.name() + " " + task.id(),
        event.queue(),
        event.why());
  }

  @Override
  public void stuck(Task task, Thread thread) {
    Throwable where = new Throwable("the thread's stack");
    where.setStackTrace(thread.getStackTrace());
    log.error(
        "Task {} {} goes on after its hard time limit and ignores the interrupt; its slot was"
            + " replaced, the thread leaks until it ends",
        task.name(),
        task.id(),
        where);
  }
}
