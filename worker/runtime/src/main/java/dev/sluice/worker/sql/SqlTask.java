package dev.sluice.worker.sql;

import dev.sluice.task.TaskType;
import dev.sluice.worker.Handlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A task type whose handler is one SQL statement: a batched, effectively-once write without any
 * Java. The statement comes from configuration only; what a task says is bound.
 *
 * <p>Threading: immutable.
 */
public final class SqlTask {
  private final SqlTaskOptions options;
  private final SqlStatement plain;
  private final SqlStatement guarded;
  private final @Nullable CounterMerge merge;

  private SqlTask(SqlTaskOptions options) {
    this.options = options;
    plain = at("statement", () -> StatementParser.parse(options.statement()));
    String guard = options.guard();
    guarded = guard == null ? plain : at("guard", () -> VersionGuard.apply(plain, guard));
    checkParameters();
    merge = options.merge() ? at("merge", this::merge) : null;
  }

  /**
   * A task type that is not registered yet.
   *
   * @throws SqlTaskInvalid when it cannot be run, naming the key of {@code sluice.yaml}
   */
  public static SqlTask of(SqlTaskOptions options) {
    return new SqlTask(options);
  }

  /** The task's name on the wire. */
  public String name() {
    return options.name();
  }

  /** The database that it writes to. */
  public String database() {
    return options.database();
  }

  /** What may go wrong with it that is nobody's mistake yet, in sentences. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    String set = VersionGuard.unguarded(plain);
    if (options.guard() == null && set != null) {
      warnings.add(
          ("tasks.%s.statement: sets %s to what the task says; a task that is retried may come after"
                  + " a newer one, and win. Give the row a version that grows, and the task"
                  + " `guard: COLUMN` with it")
              .formatted(name(), set));
    }
    if (plain.kind() == SqlStatement.Kind.INSERT
        && plain.assignments().stream()
            .anyMatch(a -> a.value().parameters().findAny().isPresent())) {
      warnings.add(
          ("tasks.%s.statement: a parameter behind ON DUPLICATE KEY UPDATE makes a statement of each"
                  + " task; with VALUES(column) instead a batch is one statement")
              .formatted(name()));
    }
    return warnings;
  }

  /**
   * Holds the statement against its database.
   *
   * @throws SqlTaskInvalid when the database refuses it: a table or a column is missing
   * @throws SQLException when the database cannot be asked
   */
  public void check(Connection connection) throws SQLException {
    StatementCheck.check(connection, name(), options.database(), guarded.sql());
    if (merge != null
        && plain.kind() == SqlStatement.Kind.INSERT
        && !UniqueKeys.any(connection, plain.table(), CounterMerge.keyColumns(plain))) {
      throw new SqlTaskInvalid(
          name(),
          "merge",
          "no unique key of "
              + plain.table()
              + " is made of columns that the task inserts and does not add to, so that each task is"
              + " a row of its own; give the table such a key, or drop merge");
    }
  }

  /** Registers its handler. */
  public void registerWith(Handlers handlers) {
    TaskType<SqlArguments> type =
        TaskType.of(name(), SqlArguments.class)
            .queue(options.queue())
            .database(options.database())
            .retry(options.retry());
    handlers.handleBatch(
        type,
        options.batch(),
        new SqlTaskHandler(
            new ArgumentReader(name(), options.parameters()), guarded.sql(), places(), merge));
  }

  /** For each {@code ?} of the statement which parameter it is. */
  private int[] places() {
    List<String> names = options.parameters().stream().map(SqlParameter::name).toList();
    return guarded.parameters().stream().mapToInt(names::indexOf).toArray();
  }

  private void checkParameters() {
    Set<String> used = new TreeSet<>(guarded.parameters());
    Set<String> declared =
        options.parameters().stream().map(SqlParameter::name).collect(Collectors.toSet());
    for (String name : used) {
      if (!declared.contains(name)) {
        throw new SqlTaskInvalid(
            name(),
            "parameters",
            ":" + name + " is not among them; add `" + name + ": {type: ...}`");
      }
    }
    for (SqlParameter parameter : options.parameters()) {
      String key = "parameters." + parameter.name();
      if (!used.contains(parameter.name())) {
        throw new SqlTaskInvalid(
            name(),
            key,
            "the statement does not use it; write :" + parameter.name() + ", or drop it");
      }
      if (parameter.otherwise() != null) {
        at(key + ".default", () -> parameter.type().read(parameter.otherwise()));
      }
    }
  }

  private CounterMerge merge() {
    if (options.guard() != null) {
      throw new IllegalArgumentException("a guarded task is never merged; drop guard or merge");
    }
    return CounterMerge.of(plain, options.parameters());
  }

  private <T> T at(String key, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new SqlTaskInvalid(options.name(), key, String.valueOf(e.getMessage()), e);
    }
  }
}
