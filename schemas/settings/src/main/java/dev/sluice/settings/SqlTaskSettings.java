package dev.sluice.settings;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.task.TaskType;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A statement that a task runs, in batches and effectively once.
 *
 * @param queue its queue, without the namespace
 * @param database the database that it writes to: {@code main}, or a name of {@code databases}
 * @param statement one INSERT, UPDATE or DELETE with parameters {@code :name}
 * @param parameters what they are, in the order of positional arguments
 * @param batch how tasks are collected
 * @param guard the column of the version guard
 * @param merge whether tasks that add to the same counters are written as one
 * @param maxAttempts attempts, the first included
 */
public record SqlTaskSettings(
    String queue,
    String database,
    String statement,
    Map<String, Parameter> parameters,
    Batch batch,
    Optional<String> guard,
    boolean merge,
    int maxAttempts) {
  private static final Duration LONGEST_LINGER = Duration.ofSeconds(10);

  /** What an argument must be. */
  public enum Type {
    STRING,
    LONG,
    DOUBLE,
    DECIMAL,
    BOOLEAN,
    INSTANT,
    DATE,
    JSON,
    BYTES
  }

  /**
   * A parameter.
   *
   * @param type what its argument must be
   * @param argument the name of the argument, where it is not the parameter's
   * @param required whether a task without the argument is dead
   * @param nullable whether null is let in
   * @param otherwise taken when the argument is missing; the key {@code default}
   */
  public record Parameter(
      Type type,
      Optional<String> argument,
      boolean required,
      boolean nullable,
      @JsonProperty("default") Optional<JsonNode> otherwise) {

    public Parameter {
      // Of a key that is absent, Jackson makes a null that is there.
      otherwise = otherwise.filter(value -> !value.isNull());
    }
  }

  /**
   * How tasks are collected for one transaction.
   *
   * @param size most of them
   * @param linger how long the first one waits for others
   */
  public record Batch(int size, Duration linger) {}

  public SqlTaskSettings {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  void check(String name, Set<String> databases) {
    if (batch.linger().compareTo(LONGEST_LINGER) > 0) {
      throw new IllegalArgumentException(
          "tasks." + name + ".batch.linger: must be at most " + LONGEST_LINGER.toSeconds() + "s");
    }
    if (!database.equals(TaskType.MAIN_DATABASE) && !databases.contains(database)) {
      throw new IllegalArgumentException(
          "tasks.%s.database: '%s' is not among databases; known are main%s"
              .formatted(
                  name,
                  database,
                  databases.stream().sorted().map(known -> ", " + known).collect(joining())));
    }
  }
}
