package dev.sluice.producer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one task is enqueued; what is null comes from its type.
 *
 * @param taskId the task's id; null for a new one. Given when an enqueue of unknown outcome is
 *     repeated
 * @param queue another queue than the type's
 * @param delay start no earlier than this long after now; not together with {@code eta}
 * @param eta start no earlier than this
 * @param expires start no later than this
 * @param priority 0 to 9
 * @param headers further headers; names must not be Celery's or start with {@code sluice-}
 */
public record EnqueueOptions(
    @Nullable String taskId,
    @Nullable String queue,
    @Nullable Duration delay,
    @Nullable Instant eta,
    @Nullable Instant expires,
    @Nullable Integer priority,
    Map<String, String> headers) {

  /** Everything as the task type says. */
  public static final EnqueueOptions DEFAULTS =
      new EnqueueOptions(null, null, null, null, null, null, Map.of());

  public EnqueueOptions {
    if (delay != null && eta != null) {
      throw new IllegalArgumentException("give either delay or eta, not both");
    }
    if (delay != null && delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative, is " + delay);
    }
    if (priority != null && (priority < 0 || priority > 9)) {
      throw new IllegalArgumentException("priority must be 0 to 9, is " + priority);
    }
    headers = Map.copyOf(headers);
  }

  public EnqueueOptions taskId(String newTaskId) {
    return new EnqueueOptions(newTaskId, queue, delay, eta, expires, priority, headers);
  }

  public EnqueueOptions queue(String newQueue) {
    return new EnqueueOptions(taskId, newQueue, delay, eta, expires, priority, headers);
  }

  public EnqueueOptions delay(Duration newDelay) {
    return new EnqueueOptions(taskId, queue, newDelay, eta, expires, priority, headers);
  }

  public EnqueueOptions eta(Instant newEta) {
    return new EnqueueOptions(taskId, queue, delay, newEta, expires, priority, headers);
  }

  public EnqueueOptions expires(Instant newExpires) {
    return new EnqueueOptions(taskId, queue, delay, eta, newExpires, priority, headers);
  }

  public EnqueueOptions priority(int newPriority) {
    return new EnqueueOptions(taskId, queue, delay, eta, expires, newPriority, headers);
  }

  public EnqueueOptions header(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new EnqueueOptions(taskId, queue, delay, eta, expires, priority, all);
  }
}
