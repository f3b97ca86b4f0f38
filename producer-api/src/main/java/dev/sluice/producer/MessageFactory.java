package dev.sluice.producer;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Headers;
import dev.sluice.message.MalformedMessage;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.PayloadSchemas;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.topology.DelayLadder;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the messages of new tasks: chooses id, queue and times, writes and checks the payload. No
 * I/O.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class MessageFactory {
  /**
   * How far the eta may lie after the time in the task's id: the inbox forgets ids of that age, and
   * the task would be dead as too old on arrival.
   */
  static final Duration MAX_AGE_AT_ETA = Duration.ofDays(30);

  private final Topology topology;
  private final Map<String, Object> origin;
  private final PayloadCodec codec;
  private final PayloadSchemas schemas = new PayloadSchemas();
  private final InstantSource clock;

  /**
   * A factory.
   *
   * @param topology names queues
   * @param origin who enqueues, {@code PID@HOST}
   * @param maxBodyBytes limit of a body
   * @param clock tells what a delay counts from
   */
  public MessageFactory(Topology topology, String origin, int maxBodyBytes, InstantSource clock) {
    this.topology = topology;
    this.origin = Map.of(Headers.LANG, "java", Headers.ORIGIN, origin);
    this.codec = new PayloadCodec(maxBodyBytes);
    this.clock = clock;
  }

  /**
   * A new task.
   *
   * @param parent the task that it follows; null for none
   * @throws PayloadTooLarge when the body is over the limit
   * @throws PayloadInvalid when the payload breaks its schema or cannot be written as JSON
   * @throws IllegalArgumentException when an option cannot be: a reserved header, an eta too far
   *     away, an expiry before the eta
   */
  public <P extends Record> NewTask create(
      TaskType<P> type, P payload, EnqueueOptions options, @Nullable Parent parent) {
    Times times = Times.of(type, options, clock.instant());
    String id = taskId(type, options, times, parent);
    return message(type, body(type, payload, id), options, parent, times, id);
  }

  /** A new task, as a request asks for it. */
  <P extends Record> NewTask create(EnqueueRequest<P> request) {
    return create(request.type(), request.payload(), request.options(), null);
  }

  /**
   * A new task of a type that is known by name only; its payload is not checked.
   *
   * @param version version of the payload, at least 1
   * @param queue its queue, without namespace
   * @throws PayloadTooLarge when the body is over the limit
   * @throws IllegalArgumentException when a name or an option cannot be
   */
  public NewTask createNamed(
      String taskName, ObjectNode kwargs, int version, String queue, EnqueueOptions options) {
    TaskType<Unknown> type = TaskType.of(taskName, Unknown.class).version(version).queue(queue);
    Times times = Times.of(type, options, clock.instant());
    String id = taskId(type, options, times, null);
    return message(type, codec.encode(kwargs), options, null, times, id);
  }

  private NewTask message(
      TaskType<?> type,
      byte[] body,
      EnqueueOptions options,
      @Nullable Parent parent,
      Times times,
      String id) {
    if (body.length > codec.maxBytes()) {
      throw new PayloadTooLarge(id, type.name(), body.length, codec.maxBytes());
    }
    checkExclusive(type, options.exclusive());
    TaskMessage.Builder message =
        TaskMessage.builder(id, type.name(), body)
            .version(type.version())
            .eta(times.eta())
            .expires(times.expires())
            .ignoreResult(!type.resultKept())
            .priority(priority(type, options))
            .headers(headers(type, options));
    if (parent != null) {
      message.rootId(parent.rootId()).parentId(parent.taskId());
    }
    String queue = queue(type, options);
    Message encoded = MessageCodec.encode(message.build());
    RoutedMessage routed = new RoutedMessage(queue, times.eta(), encoded);
    return new NewTask(
        id, type.name(), routed, TaskKey.of(type.name(), id, options, times.now(), times.start()));
  }

  private String queue(TaskType<?> type, EnqueueOptions options) {
    String queue = topology.queue(options.queue() == null ? type.queue() : options.queue());
    return options.orderKey() == null ? queue : OrderPartitions.of(queue, options.orderKey());
  }

  /** With an order key none: a broker would let one task overtake another. */
  private static int priority(TaskType<?> type, EnqueueOptions options) {
    if (options.orderKey() != null) {
      return 0;
    }
    return options.priority() == null ? type.priority() : options.priority();
  }

  /** Replacing takes the key's row and the effect in one transaction. */
  private static void checkExclusive(TaskType<?> type, @Nullable Exclusive exclusive) {
    if (exclusive != null
        && exclusive.way() != Exclusive.Way.DROP
        && !type.database().equals(TaskType.MAIN_DATABASE)) {
      throw new IllegalArgumentException(
          type
              + " writes to database '"
              + type.database()
              + "', and the keys of tasks that replace each other are in the main one; use"
              + " Exclusive.drop, or give the type the main database");
    }
  }

  private <P extends Record> byte[] body(TaskType<P> type, P payload, String id) {
    try {
      if (type.schema() == null) {
        return codec.encode(payload);
      }
      ObjectNode kwargs = codec.kwargs(payload);
      schemas.check(type, kwargs);
      return codec.encode(kwargs);
    } catch (MalformedMessage e) {
      throw new PayloadInvalid(id, type.name(), e.getMessage(), e);
    } catch (JacksonException e) {
      throw new PayloadInvalid(
          id, type.name(), "it cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Map<String, ?> headers(TaskType<?> type, EnqueueOptions options) {
    if (options.headers().isEmpty()
        && options.exclusive() == null
        && options.limitKey() == null
        && options.orderKey() == null) {
      return origin;
    }
    CustomHeaders.check(type.name(), options.headers());
    Map<String, Object> all = new LinkedHashMap<>(options.headers());
    all.putAll(origin);
    if (options.exclusive() != null) {
      all.put(Headers.EXCLUSIVE, options.exclusive().key());
    }
    if (options.limitKey() != null) {
      all.put(Headers.LIMIT_KEY, options.limitKey());
    }
    if (options.orderKey() != null) {
      all.put(Headers.ORDER_KEY, options.orderKey());
    }
    return all;
  }

  private static String taskId(
      TaskType<?> type, EnqueueOptions options, Times times, @Nullable Parent parent) {
    String given = options.taskId();
    if (given == null && options.once() != null) {
      return onceId(type, options.once(), times);
    }
    if (given == null && parent == null) {
      return TaskIds.next(times.start()).toString();
    }
    String id = given != null ? given : TaskIds.child(parent.taskId(), parent.ordinal()).toString();
    if (id.isBlank() || id.length() > 255) {
      throw new IllegalArgumentException(
          "a task id must have 1 to 255 characters, got '" + id + "'");
    }
    Instant time = TaskIds.time(id);
    if (time != null && times.start().isAfter(time.plus(MAX_AGE_AT_ETA))) {
      throw new IllegalArgumentException(
          "task "
              + id
              + " would start at "
              + times.start()
              + ", more than "
              + MAX_AGE_AT_ETA.toDays()
              + " days after the time in its id, when duplicates are no longer found; give it a"
              + " new task id");
    }
    return id;
  }

  private static String onceId(TaskType<?> type, Once once, Times times) {
    Duration delay = Duration.between(times.now(), times.start());
    if (once.window().plus(delay).compareTo(MAX_AGE_AT_ETA) >= 0) {
      throw new IllegalArgumentException(
          "task "
              + type.name()
              + ": the window of once, "
              + once.window()
              + ", and the delay, "
              + delay
              + ", must together stay below the "
              + MAX_AGE_AT_ETA.toDays()
              + " days for which duplicates are found");
    }
    return TaskIds.once(type.name(), once.key(), once.windowStart(times.now())).toString();
  }

  /** Stands for a payload that only its sender knows. */
  private record Unknown() {}

  /**
   * When a task may start.
   *
   * @param now when it is made
   * @param start its eta, or now
   * @param eta null for at once
   * @param expires null for never
   */
  private record Times(
      Instant now, Instant start, @Nullable Instant eta, @Nullable Instant expires) {

    static Times of(TaskType<?> type, EnqueueOptions options, Instant now) {
      Duration delay = delay(options);
      Instant asked = delay == null ? options.eta() : now.plus(delay);
      Instant eta = asked == null || !asked.isAfter(now) ? null : asked;
      Instant start = eta == null ? now : eta;
      // Refuses an eta beyond the ladder.
      DelayLadder.secondsUntil(start, now);
      Instant expires = options.expires();
      if (expires == null && type.expiry() != null) {
        expires = start.plus(type.expiry());
      }
      if (expires != null && eta != null && !expires.isAfter(eta)) {
        throw new IllegalArgumentException(
            "task " + type.name() + " would expire at " + expires + ", before its eta " + eta);
      }
      return new Times(now, start, eta, expires);
    }

    private static @Nullable Duration delay(EnqueueOptions options) {
      Exclusive exclusive = options.exclusive();
      return exclusive != null && exclusive.way() == Exclusive.Way.DEBOUNCE
          ? exclusive.delay()
          : options.delay();
    }
  }
}
