package dev.sluice.settings;

import dev.sluice.task.TaskType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Section {@code gateway}: the HTTP edge.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 takes a free one
 * @param maxConnections open connections
 * @param threads threads that answer requests
 * @param idleTimeout how long a connection may be silent
 * @param shutdownDeadline how long requests may go on and the spool may be relayed at the end
 * @param maxBatch tasks in one batch
 * @param maxBatchBytes bytes of one batch
 * @param onceWindow how long an idempotency key is remembered by default
 * @param schemas folder of payload schemas; empty for none
 * @param timelines whether timelines are served
 * @param tokens who may enqueue, by name
 * @param tasks which tasks there are, by name or its beginning and {@code *}; empty for all
 */
public record GatewaySettings(
    String host,
    int port,
    int maxConnections,
    int threads,
    Duration idleTimeout,
    Duration shutdownDeadline,
    int maxBatch,
    int maxBatchBytes,
    Duration onceWindow,
    Optional<Path> schemas,
    boolean timelines,
    Map<String, Token> tokens,
    Map<String, Task> tasks) {

  private static final Duration LONGEST_WINDOW = Duration.ofDays(29);
  private static final Task ANY = new Task(TaskType.DEFAULT_QUEUE, 1);

  /**
   * A bearer token and what it allows; exactly one of {@code sha256} and {@code variable} is
   * present.
   *
   * @param sha256 its hash, 64 hexadecimal digits
   * @param variable the environment variable that holds it
   * @param tasks names of tasks, {@code *} at the end standing for any rest
   * @param queues queues it may name
   * @param timelines whether it may read timelines
   */
  public record Token(
      Optional<Secret> sha256,
      Optional<String> variable,
      List<String> tasks,
      List<String> queues,
      boolean timelines) {

    public Token {
      tasks = List.copyOf(tasks);
      queues = List.copyOf(queues);
    }
  }

  /**
   * What the gateway knows of a task.
   *
   * @param queue its queue, without the namespace
   * @param version version of its payload
   */
  public record Task(String queue, int version) {}

  public GatewaySettings {
    if (idleTimeout.isZero()) {
      throw new IllegalArgumentException("gateway.idleTimeout: must be longer than 0");
    }
    if (onceWindow.isZero() || onceWindow.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "gateway.onceWindow: must be longer than 0 and at most "
              + LONGEST_WINDOW.toDays()
              + "d, what the inbox remembers");
    }
    tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
    tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
  }

  /** The same, knowing these SQL tasks and their queues as well. */
  public GatewaySettings knowing(Map<String, SqlTaskSettings> sqlTasks) {
    if (sqlTasks.isEmpty()) {
      return this;
    }
    Map<String, Task> all = new LinkedHashMap<>(tasks);
    if (tasks.isEmpty()) {
      all.put("*", ANY);
    }
    sqlTasks.forEach((name, task) -> all.putIfAbsent(name, new Task(task.queue(), 1)));
    return new GatewaySettings(
        host,
        port,
        maxConnections,
        threads,
        idleTimeout,
        shutdownDeadline,
        maxBatch,
        maxBatchBytes,
        onceWindow,
        schemas,
        timelines,
        tokens,
        all);
  }
}
