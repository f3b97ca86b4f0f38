package dev.sluice.task;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The contract of a task, shared by producer and worker: a name on the wire, a payload record, and
 * defaults.
 *
 * <pre>{@code
 * record Click(long user, String page) {}
 * static final TaskType<Click> CLICK = TaskType.of("clicks.record", Click.class).queue("clicks");
 * }</pre>
 *
 * <p>Immutable; every setter returns a changed copy.
 *
 * @param <P> the payload; its components become Celery's {@code kwargs} by name
 */
public final class TaskType<P extends Record> {
  /** The queue of a type that names none. */
  public static final String DEFAULT_QUEUE = "sluice";

  /** The database of a type that names none. */
  public static final String MAIN_DATABASE = "main";

  private final String name;
  private final Class<P> payload;
  // Written only before a copy is handed out.
  private int version = 1;
  private String queue = DEFAULT_QUEUE;
  private int priority;
  private @Nullable Duration expiry;
  private RetryPolicy retry = RetryPolicy.DEFAULT;
  private TimeLimits limits = TimeLimits.NONE;
  private boolean resultKept;
  private Set<String> formerNames = Set.of();
  private @Nullable String schema;
  private String database = MAIN_DATABASE;

  private TaskType(String name, Class<P> payload) {
    this.name = name;
    this.payload = payload;
  }

  private TaskType<P> copy() {
    TaskType<P> copy = new TaskType<>(name, payload);
    copy.version = version;
    copy.queue = queue;
    copy.priority = priority;
    copy.expiry = expiry;
    copy.retry = retry;
    copy.limits = limits;
    copy.resultKept = resultKept;
    copy.formerNames = formerNames;
    copy.schema = schema;
    copy.database = database;
    return copy;
  }

  /**
   * A task type with defaults: version 1, queue {@value #DEFAULT_QUEUE}, priority 0, no expiry,
   * {@link RetryPolicy#DEFAULT}, the worker's time limits, no result kept.
   *
   * @param name the name on the wire, never a class name; at most 255 visible characters
   */
  public static <P extends Record> TaskType<P> of(String name, Class<P> payload) {
    return new TaskType<>(wireName(name), payload);
  }

  /**
   * The payload's version, at least 1. Raise it when an older worker must not run the task: it then
   * waits for a newer worker.
   */
  public TaskType<P> version(int version) {
    if (version < 1) {
      throw new IllegalArgumentException(name + ": version must be at least 1, is " + version);
    }
    TaskType<P> copy = copy();
    copy.version = version;
    return copy;
  }

  /** The queue that tasks of this type are enqueued to. */
  public TaskType<P> queue(String queue) {
    if (queue.isBlank()) {
      throw new IllegalArgumentException(name + ": the queue's name is blank");
    }
    TaskType<P> copy = copy();
    copy.queue = queue;
    return copy;
  }

  /** AMQP priority, 0 (default) to 9; takes effect on queues that have priorities. */
  public TaskType<P> priority(int priority) {
    if (priority < 0 || priority > 9) {
      throw new IllegalArgumentException(name + ": priority must be 0 to 9, is " + priority);
    }
    TaskType<P> copy = copy();
    copy.priority = priority;
    return copy;
  }

  /** How long after its eta a task may still start; default: for ever. */
  public TaskType<P> expiry(Duration expiry) {
    if (expiry.isNegative() || expiry.isZero()) {
      throw new IllegalArgumentException(name + ": expiry must be longer than 0, is " + expiry);
    }
    TaskType<P> copy = copy();
    copy.expiry = expiry;
    return copy;
  }

  /** What follows a failed attempt. */
  public TaskType<P> retry(RetryPolicy retry) {
    TaskType<P> copy = copy();
    copy.retry = retry;
    return copy;
  }

  /** How long an attempt may run. */
  public TaskType<P> timeLimits(TimeLimits limits) {
    TaskType<P> copy = copy();
    copy.limits = limits;
    return copy;
  }

  /** Keep the handler's return value, so that a caller can read it. */
  public TaskType<P> keepResult() {
    TaskType<P> copy = copy();
    copy.resultKept = true;
    return copy;
  }

  /** Names that tasks of this type had in earlier releases and that workers still answer to. */
  public TaskType<P> formerly(String... names) {
    for (String former : names) {
      wireName(former);
    }
    TaskType<P> copy = copy();
    copy.formerNames = Set.of(names);
    return copy;
  }

  /** A JSON Schema on the class path that the payload is held against on both sides. */
  public TaskType<P> schema(String resource) {
    TaskType<P> copy = copy();
    copy.schema = resource;
    return copy;
  }

  /**
   * The database that its handler writes to in the worker's transaction, by its name in the
   * worker's configuration; default {@value #MAIN_DATABASE}. Plain handlers choose for themselves.
   */
  public TaskType<P> database(String database) {
    if (database.isBlank()) {
      throw new IllegalArgumentException(name + ": the database's name is blank");
    }
    TaskType<P> copy = copy();
    copy.database = database;
    return copy;
  }

  public String name() {
    return name;
  }

  public Class<P> payload() {
    return payload;
  }

  public int version() {
    return version;
  }

  public String queue() {
    return queue;
  }

  public int priority() {
    return priority;
  }

  public @Nullable Duration expiry() {
    return expiry;
  }

  public RetryPolicy retry() {
    return retry;
  }

  public TimeLimits timeLimits() {
    return limits;
  }

  public boolean resultKept() {
    return resultKept;
  }

  public Set<String> formerNames() {
    return formerNames;
  }

  public @Nullable String schema() {
    return schema;
  }

  public String database() {
    return database;
  }

  @Override
  public String toString() {
    return name + " v" + version;
  }

  private static String wireName(String name) {
    if (name.isBlank() || name.length() > 255 || !name.chars().allMatch(c -> c > 32 && c < 127)) {
      throw new IllegalArgumentException(
          "task name '" + name + "' must be 1 to 255 visible ASCII characters without blanks");
    }
    return name;
  }
}
