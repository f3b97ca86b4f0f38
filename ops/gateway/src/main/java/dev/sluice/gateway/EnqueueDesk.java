package dev.sluice.gateway;

import dev.sluice.producer.EnqueueException;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.TaskHandle;
import dev.sluice.settings.GatewaySettings;
import dev.sluice.settings.GatewaySettings.Task;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private final Duration onceWindow;
  private final KeyedTurns keyed;

  EnqueueDesk(Producer producer, FolderSchemas schemas, GatewaySettings settings) {
    this.producer = producer;
    this.schemas = schemas;
    catalog = new TaskCatalog(settings.tasks());
    onceWindow = settings.onceWindow();
    // A quarter of the threads is left to requests without a key.
    keyed = new KeyedTurns(settings.threads() * 3 / 4);
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
   * @param task what {@link #find} found
   */
  TaskHandle enqueue(Client client, Task task, TaskRequest wanted) {
    TaskOptions options = wanted.options();
    if (options.queue() != null
        && !options.queue().equals(task.queue())
        && !client.mayName(options.queue())) {
      throw Problem.of(
              ProblemType.FORBIDDEN, "the token does not allow the queue '" + options.queue() + "'")
          .refusal();
    }
    List<Fault> faults = schemas.check(wanted.name(), wanted.kwargs(), wanted.place().payload());
    if (!faults.isEmpty()) {
      throw Problem.of(ProblemType.INVALID, faults).refusal();
    }
    return options.key() == null
        ? produce(client, task, wanted)
        : keyed.take(() -> produce(client, task, wanted));
  }

  private TaskHandle produce(Client client, Task task, TaskRequest wanted) {
    Integer version = wanted.options().version();
    try {
      return producer.enqueueNamed(
          wanted.name(),
          wanted.kwargs(),
          version == null ? task.version() : version,
          task.queue(),
          producing(client, wanted.options()));
    } catch (IllegalArgumentException e) {
      throw Problem.at(ProblemType.INVALID, "options", String.valueOf(e.getMessage())).refusal();
    } catch (EnqueueException e) {
      log.debug("task {} of {} was not enqueued", wanted.name(), client, e);
      throw EnqueueFailures.explain(e, wanted).refusal();
    }
  }

  private EnqueueOptions producing(Client client, TaskOptions options) {
    EnqueueOptions producing =
        new EnqueueOptions(
            options.taskId(),
            options.queue(),
            options.delay(),
            options.eta(),
            options.expires(),
            options.priority(),
            options.headers(),
            null,
            null,
            null,
            options.orderKey());
    if (options.key() == null) {
      return producing;
    }
    // No token's key is another's, nor one that an application uses by itself.
    return producing.once(
        "gateway:" + client.name() + ":" + options.key(),
        options.window() == null ? onceWindow : options.window());
  }

  private static boolean isTaskName(String name) {
    return !name.isEmpty() && name.length() <= 255 && name.chars().allMatch(c -> c > 32 && c < 127);
  }
}
