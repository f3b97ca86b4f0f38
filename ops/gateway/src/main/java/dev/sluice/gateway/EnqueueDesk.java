package dev.sluice.gateway;

import dev.sluice.producer.EnqueueException;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.TaskHandle;
import dev.sluice.settings.GatewaySettings.Task;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides whether a client may enqueue a task and hands it to the producer: the one way in, for a
 * single task and for each of a batch.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class EnqueueDesk {
  private static final Logger log = LoggerFactory.getLogger(EnqueueDesk.class);

  private final Producer producer;
  private final TaskCatalog catalog;
  private final FolderSchemas schemas;

  EnqueueDesk(Producer producer, TaskCatalog catalog, FolderSchemas schemas) {
    this.producer = producer;
    this.catalog = catalog;
    this.schemas = schemas;
  }

  /**
   * What is known of a task that the client may enqueue.
   *
   * @param path where its name stood
   */
  Task find(Client client, String name, String path) {
    if (!isTaskName(name)) {
      throw Problem.at(
              ProblemType.UNKNOWN_TASK,
              path,
              "is no name of a task: 1 to 255 visible ASCII characters without blanks")
          .refusal();
    }
    // First of all, so that names cannot be found out by trying them.
    if (!client.mayEnqueue(name)) {
      throw Problem.at(
              ProblemType.FORBIDDEN, path, "the token does not allow the task '" + name + "'")
          .refusal();
    }
    return catalog
        .find(name)
        .orElseThrow(
            () ->
                Problem.at(
                        ProblemType.UNKNOWN_TASK,
                        path,
                        "there is no task '" + name + "'; gateway.tasks lists those there are")
                    .refusal());
  }

  /**
   * Enqueues a task.
   *
   * @param path where its payload stood
   */
  TaskHandle enqueue(
      Client client, String name, Task task, TaskOptions options, ObjectNode kwargs, String path) {
    if (options.queue() != null
        && !options.queue().equals(task.queue())
        && !client.mayName(options.queue())) {
      throw Problem.of(
              ProblemType.FORBIDDEN, "the token does not allow the queue '" + options.queue() + "'")
          .refusal();
    }
    List<Fault> faults = schemas.check(name, kwargs, path);
    if (!faults.isEmpty()) {
      throw Problem.of(ProblemType.INVALID, faults).refusal();
    }
    try {
      return producer.enqueueNamed(
          name,
          kwargs,
          options.version() == null ? task.version() : options.version(),
          task.queue(),
          producing(options));
    } catch (IllegalArgumentException e) {
      throw Problem.at(ProblemType.INVALID, "options", String.valueOf(e.getMessage())).refusal();
    } catch (EnqueueException e) {
      log.debug("task {} of {} was not enqueued", name, client, e);
      throw EnqueueFailures.explain(e, path).refusal();
    }
  }

  private static EnqueueOptions producing(TaskOptions options) {
    return new EnqueueOptions(
        options.taskId(),
        options.queue(),
        options.delay(),
        options.eta(),
        options.expires(),
        options.priority(),
        options.headers());
  }

  private static boolean isTaskName(String name) {
    return !name.isEmpty() && name.length() <= 255 && name.chars().allMatch(c -> c > 32 && c < 127);
  }
}
