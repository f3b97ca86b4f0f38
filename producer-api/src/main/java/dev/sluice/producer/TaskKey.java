package dev.sluice.producer;

import dev.sluice.keys.Claim;
import dev.sluice.keys.KeyName;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The key that a task is enqueued under.
 *
 * @param name its name in the store
 * @param kind what it is for
 * @param ttl how long it is held at most; zero where nothing is held
 * @param repeated whether the caller chose the task id, to repeat an enqueue of unknown outcome
 */
public record TaskKey(KeyName name, Kind kind, Duration ttl, boolean repeated) {

  /** What a key is for. */
  public enum Kind {
    /** One task in a window of time. */
    ONCE,
    /** One task at a time; newcomers are not enqueued. */
    DROP,
    /** One task at a time; the newest stands. */
    REPLACE
  }

  /**
   * The key that {@code options} ask for; null for none.
   *
   * @param start when the task may start: what it waits until then does not count
   */
  static @Nullable TaskKey of(
      String taskName, String taskId, EnqueueOptions options, Instant now, Instant start) {
    boolean repeated = options.taskId() != null;
    Once once = options.once();
    if (once != null) {
      // A store counts in milliseconds: not less than the rest of the window.
      Instant end = once.windowStart(now).plus(once.window()).plusMillis(1);
      return new TaskKey(KeyName.once(taskId), Kind.ONCE, Duration.between(now, end), repeated);
    }
    Exclusive exclusive = options.exclusive();
    if (exclusive == null) {
      return null;
    }
    KeyName name = KeyName.exclusive(taskName, exclusive.key());
    if (exclusive.way() != Exclusive.Way.DROP) {
      return new TaskKey(name, Kind.REPLACE, Duration.ZERO, repeated);
    }
    Duration held = Duration.between(now, start).plus(exclusive.ttl());
    return new TaskKey(name, Kind.DROP, held, repeated);
  }

  /** What {@code task} brings along to take the key. */
  Claim claim(NewTask task, Instant now) {
    return new Claim(task.taskId(), task.message().body(), now, ttl);
  }
}
