package dev.sluice.scheduler;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.message.PayloadCodec;
import dev.sluice.outbox.Outbox;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.MessageFactory;
import dev.sluice.producer.NewTask;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Makes the tasks of firings, and writes them into the outbox.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class FiringTasks {
  private final MessageFactory messages;
  private final Outbox outbox;

  FiringTasks(Topology topology, InstantSource clock) {
    messages =
        new MessageFactory(
            topology, Instance.ofThisProcess().origin(), PayloadCodec.DEFAULT_MAX_BYTES, clock);
    outbox = new Outbox(clock);
  }

  /**
   * A task that is not written yet.
   *
   * @param id the task's id
   */
  record FiringTask(String id, RoutedMessage message) {}

  /**
   * Makes a firing's task.
   *
   * @param start when it is to start at the earliest
   */
  FiringTask create(JobSpec job, Instant fireTime, Instant start) {
    // The id's time is now, not the instant missed: a task older than the inbox is refused.
    NewTask task =
        messages.createNamed(
            job.task(),
            Kwargs.tree(job.kwargs()),
            1,
            job.queue(),
            EnqueueOptions.DEFAULTS.eta(start));
    Message marked =
        task.message().withHeaders(Map.of(Headers.FIRING, job.name() + "@" + fireTime));
    return new FiringTask(
        task.taskId(), new RoutedMessage(task.queue(), task.routed().eta(), marked));
  }

  /** Writes a task in the caller's transaction. */
  void write(Connection connection, FiringTask task) throws SQLException {
    outbox.insert(connection, List.of(task.message()));
  }
}
