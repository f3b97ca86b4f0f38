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

  /** Can never succeed: dead, and no job sends it back. */
  static final TaskType<Call> HOPELESS = TaskType.of("demo.hopeless", Call.class).queue(QUEUE);

  private DemoTasks() {}

  /**
   * @param number tells one from another
   */
  record Call(int number) {}
}
