package dev.sluice.producer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
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
 * @param once one task for a key in a window of time; not together with {@code exclusive}
 * @param exclusive one task at a time for a key
 * @param limitKey key of the limits per key that workers hold the task to, 1 to 255 characters
 * @param orderKey tasks of one order key and queue run one at a time in the order of their
 *     enqueueing, 1 to 255 characters; not through the outbox, nor with a delay, an eta, a priority
 *     or {@code exclusive}
 */
public record EnqueueOptions(
    @Nullable String taskId,
    @Nullable String queue,
    @Nullable Duration delay,
    @Nullable Instant eta,
    @Nullable Instant expires,
    @Nullable Integer priority,
    Map<String, String> headers,
    @Nullable Once once,
    @Nullable Exclusive exclusive,
    @Nullable String limitKey,
    @Nullable String orderKey) {

  /** Everything as the task type says. */
  public static final EnqueueOptions DEFAULTS =
      new EnqueueOptions(null, null, null, null, null, null, Map.of(), null, null, null, null);

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
    if (once != null && exclusive != null) {
      throw new IllegalArgumentException("give either once or exclusive, not both");
    }
    if (exclusive != null
        && exclusive.way() == Exclusive.Way.DEBOUNCE
        && (delay != null || eta != null)) {
      throw new IllegalArgumentException(
          "a debounce has its own delay; give neither delay nor eta");
    }
    checkKey("limitKey", limitKey);
    checkKey("orderKey", orderKey);
    if (orderKey != null && (delay != null || eta != null || priority != null)) {
      throw new IllegalArgumentException(
          "a task with an order key runs after the one before it, not at a time or by a priority;"
              + " give neither delay, eta nor priority");
    }
    if (orderKey != null && exclusive != null) {
      throw new IllegalArgumentException(
          "tasks of one order key run one at a time, and none is dropped or replaced; give either"
              + " orderKey or exclusive, not both");
    }
    headers = Map.copyOf(headers);
  }

  public EnqueueOptions taskId(String taskId) {
    return with(o -> o.taskId = taskId);
  }

  public EnqueueOptions queue(String queue) {
    return with(o -> o.queue = queue);
  }

  public EnqueueOptions delay(Duration delay) {
    return with(o -> o.delay = delay);
  }

  public EnqueueOptions eta(Instant eta) {
    return with(o -> o.eta = eta);
  }

  public EnqueueOptions expires(Instant expires) {
    return with(o -> o.expires = expires);
  }

  public EnqueueOptions priority(int priority) {
    return with(o -> o.priority = priority);
  }

  public EnqueueOptions header(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return with(o -> o.headers = all);
  }

  /** One task for {@code key} in each window of time, as {@link Once} says. */
  public EnqueueOptions once(String key, Duration window) {
    return with(o -> o.once = new Once(key, window));
  }

  /** One task at a time for a key. */
  public EnqueueOptions exclusive(Exclusive exclusive) {
    return with(o -> o.exclusive = exclusive);
  }

  /** Holds the task to the limits per key, under this key: a customer's, say. */
  public EnqueueOptions limitKey(String limitKey) {
    return with(o -> o.limitKey = limitKey);
  }

  /** After all earlier tasks of this key, and before all later ones. */
  public EnqueueOptions orderKey(String orderKey) {
    return with(o -> o.orderKey = orderKey);
  }

  private static void checkKey(String name, @Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > 255)) {
      throw new IllegalArgumentException(
          name + " must have 1 to 255 characters, has " + key.length());
    }
  }

  private EnqueueOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** The same options, open to a change. */
  private static final class Draft {
    private @Nullable String taskId;
    private @Nullable String queue;
    private @Nullable Duration delay;
    private @Nullable Instant eta;
    private @Nullable Instant expires;
    private @Nullable Integer priority;
    private Map<String, String> headers;
    private @Nullable Once once;
    private @Nullable Exclusive exclusive;
    private @Nullable String limitKey;
    private @Nullable String orderKey;

    Draft(EnqueueOptions from) {
      taskId = from.taskId;
      queue = from.queue;
      delay = from.delay;
      eta = from.eta;
      expires = from.expires;
      priority = from.priority;
      headers = from.headers;
      once = from.once;
      exclusive = from.exclusive;
      limitKey = from.limitKey;
      orderKey = from.orderKey;
    }

    EnqueueOptions options() {
      return new EnqueueOptions(
          taskId, queue, delay, eta, expires, priority, headers, once, exclusive, limitKey,
          orderKey);
    }
  }
}
