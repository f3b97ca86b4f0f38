package dev.sluice.cli.demo;

import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import java.time.Duration;

/** The task types that only the demo has. */
final class DemoTasks {
  static final String QUEUE = "demo";

  /** Needs something that is away at first: dead after two attempts, until it is redriven. */
  static final TaskType<Call> CALL =
      TaskType.of("demo.call_dependency", Call.class)
          .queue(QUEUE)
          .retry(
              RetryPolicy.attempts(2)
                  .withDelays(Duration.ofMillis(100), 1, Duration.ofMillis(100)));

  private DemoTasks() {}

  /**
   * @param number tells one from another
   */
  record Call(int number) {}
}
