package dev.sluice.cli;

import dev.sluice.message.DeadReason;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import dev.sluice.worker.dead.DeadFilter;
import dev.sluice.worker.dead.DeadState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead tasks are meant. */
final class DeadFilterOptions {

  @Option(names = "--task", paramLabel = "NAME", description = "Of this task type.")
  private @Nullable String task;

  @Option(names = "--task-id", paramLabel = "ID", description = "Of the task with this id.")
  private @Nullable String taskId;

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      description = "That came from this queue, without the namespace.")
  private @Nullable String queue;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "That died for this reason: ${COMPLETION-CANDIDATES}.")
  private @Nullable DeadReason reason;

  @Option(
      names = "--exception",
      paramLabel = "CLASS",
      description = "Whose last exception was of this class.")
  private @Nullable String exception;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "That died at this time or later: 2026-01-31T12:00:00Z.")
  private @Nullable Instant since;

  @Option(names = "--until", paramLabel = "TIME", description = "That died before this time.")
  private @Nullable Instant until;

  DeadFilter filter(SluiceSettings settings, @Nullable DeadState state) {
    Topology topology = new Topology(settings.broker().namespace());
    return new DeadFilter(
        state,
        task,
        taskId,
        queue == null ? null : topology.queue(queue),
        reason == null ? null : reason.name(),
        exception,
        since,
        until);
  }

  boolean empty(SluiceSettings settings) {
    return filter(settings, null).equals(DeadFilter.ALL);
  }
}
