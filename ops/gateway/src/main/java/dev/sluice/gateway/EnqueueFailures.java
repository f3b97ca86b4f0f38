package dev.sluice.gateway;

import dev.sluice.gateway.TaskRequest.Place;
import dev.sluice.producer.BrokerUnavailable;
import dev.sluice.producer.EnqueueException;
import dev.sluice.producer.EnqueueUnknown;
import dev.sluice.producer.KeyConflict;
import dev.sluice.producer.PayloadInvalid;
import dev.sluice.producer.PayloadTooLarge;
import dev.sluice.producer.QueueFull;
import dev.sluice.producer.SpoolFull;
import dev.sluice.producer.TaskRefused;
import java.time.Duration;

/** What a client is told when the producer did not take its task. */
final class EnqueueFailures {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(5);

  private EnqueueFailures() {}

  /**
   * The problem.
   *
   * @param wanted the task
   */
  static Problem explain(EnqueueException failure, TaskRequest wanted) {
    Place place = wanted.place();
    if (failure instanceof PayloadTooLarge) {
      return Problem.at(ProblemType.TOO_LARGE, place.payload(), sentence(failure));
    }
    if (failure instanceof PayloadInvalid) {
      return Problem.at(ProblemType.INVALID, place.payload(), sentence(failure));
    }
    if (failure instanceof KeyConflict) {
      return Problem.at(
              ProblemType.KEY_REUSED,
              place.key(),
              "was used with another body; use another key for another body")
          .taskId(failure.taskId());
    }
    if (failure instanceof EnqueueUnknown) {
      return Problem.of(
              ProblemType.OUTCOME_UNKNOWN,
              "no confirm came in time; send it again with the "
                  + (wanted.options().key() == null
                      ? "query parameter task_id"
                      : "same idempotency key")
                  + ", so that it is not applied twice")
          .taskId(failure.taskId())
          .retryAfter(SOON);
    }
    if (failure instanceof QueueFull full) {
      return Problem.of(
              ProblemType.QUEUE_FULL, "too much waits in the task's queue; send it again later")
          .retryAfter(full.retryAfter());
    }
    if (failure instanceof TaskRefused) {
      return Problem.of(ProblemType.QUEUE_FULL, "the queue takes nothing more; send it again later")
          .retryAfter(LATER);
    }
    if (failure instanceof SpoolFull) {
      return Problem.of(
              ProblemType.FULL, "nothing more fits into the gateway's spool; send it again later")
          .retryAfter(LATER);
    }
    String reason =
        failure instanceof BrokerUnavailable
            ? "the broker cannot be reached; send it again later"
            : "the task could not be stored; send it again later";
    return Problem.of(ProblemType.UNAVAILABLE, reason).retryAfter(LATER);
  }

  private static String sentence(EnqueueException failure) {
    return String.valueOf(failure.getMessage());
  }
}
