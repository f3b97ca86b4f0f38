package dev.sluice.gateway;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told when it does not get what it asked for (RFC 9457).
 *
 * @param type the kind of problem
 * @param detail what is wrong this time, and the next step
 * @param errors the places that are wrong; empty when none can be named
 * @param retryAfter when to try again; null for no such advice
 * @param taskId the task it is about; null when none has an id yet
 */
record Problem(
    ProblemType type,
    String detail,
    List<Fault> errors,
    @Nullable Duration retryAfter,
    @Nullable String taskId) {

  Problem {
    errors = List.copyOf(errors);
  }

  static Problem of(ProblemType type, String detail) {
    return new Problem(type, detail, List.of(), null, null);
  }

  /** A problem at one place. */
  static Problem at(ProblemType type, String path, String reason) {
    return of(type, List.of(new Fault(path, reason)));
  }

  /** A problem at these places, of which there is at least one. */
  static Problem of(ProblemType type, List<Fault> errors) {
    Fault first = errors.get(0);
    String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
    return new Problem(type, first.path() + ": " + first.reason() + more, errors, null, null);
  }

  Problem retryAfter(Duration newRetryAfter) {
    return new Problem(type, detail, errors, newRetryAfter, taskId);
  }

  Problem taskId(String newTaskId) {
    return new Problem(type, detail, errors, retryAfter, newTaskId);
  }

  int status() {
    return type.status();
  }

  Refusal refusal() {
    return new Refusal(this);
  }
}
