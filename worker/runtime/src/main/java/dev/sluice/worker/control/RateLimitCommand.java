package dev.sluice.worker.control;

import dev.sluice.worker.WorkerControl;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.Rate;
import dev.sluice.worker.governor.TypeLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code rate_limit}: how many tasks of a type may start in a time in this worker, as Celery writes
 * it: {@code 10/s}, {@code 100/m}, {@code 1/h}, or a number of tasks a second; 0 for no limit.
 */
final class RateLimitCommand implements Command {
  private static final Logger log = LoggerFactory.getLogger(RateLimitCommand.class);

  private final WorkerControl worker;

  RateLimitCommand(WorkerControl worker) {
    this.worker = worker;
  }

  @Override
  public JsonNode run(ObjectNode arguments) throws ControlException {
    JsonNode wanted = arguments.path("rate_limit");
    if (!arguments.path("task_name").isString() || wanted.isMissingNode()) {
      throw new ControlException("TypeError", "rate_limit needs task_name and rate_limit");
    }
    String name = arguments.path("task_name").asString();
    Rate rate;
    try {
      rate = rate(wanted);
    } catch (IllegalArgumentException e) {
      return CommandTable.error("Invalid rate limit string: " + invalid(e));
    }
    String type = worker.taskType(name);
    if (type == null) {
      return CommandTable.error("unknown task");
    }
    Governor governor = worker.governor();
    TypeLimits limits = governor.limits(type);
    governor.limits(type, limits.worker(limits.worker().rate(rate)));
    log.info("rate limit of {} on request: {}", type, rate == null ? "none" : rate);
    return CommandTable.ok(
        none(wanted) ? "rate limit disabled successfully" : "new rate limit set successfully");
  }

  private static @Nullable Rate rate(JsonNode wanted) {
    if (none(wanted)) {
      return null;
    }
    if (wanted.isNumber()) {
      return new Rate(wanted.asDouble());
    }
    if (!wanted.isString()) {
      throw new IllegalArgumentException("'" + wanted + "' is no rate: write 10/s, 100/m or 1/h");
    }
    String text = wanted.asString().trim();
    return text.matches("0+(\\.0*)?(/[smh])?") ? null : Rate.parse(text);
  }

  /** What Python takes for false. */
  private static boolean none(JsonNode wanted) {
    return wanted.isNull()
        || wanted.isNumber() && wanted.asDouble() == 0
        || wanted.isBoolean() && !wanted.asBoolean()
        || wanted.isString() && wanted.asString().isEmpty();
  }

  private static String invalid(IllegalArgumentException e) {
    return new ControlException("ValueError", String.valueOf(e.getMessage())).repr();
  }
}
