package dev.sluice.cli.process;

import dev.sluice.cli.CommandFailed;
import dev.sluice.database.SqlErrors;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.settings.SqlTaskSettings;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.sql.SqlParameter;
import dev.sluice.worker.sql.SqlTask;
import dev.sluice.worker.sql.SqlTaskInvalid;
import dev.sluice.worker.sql.SqlTaskOptions;
import dev.sluice.worker.sql.SqlType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SQL tasks of the settings, held against their databases. */
final class SqlTasks {
  private static final Logger log = LoggerFactory.getLogger(SqlTasks.class);

  private SqlTasks() {}

  /**
   * Reads and checks them.
   *
   * @param main the main database
   * @param named the others, by their names
   * @throws CommandFailed saying of each one that cannot be run which key is wrong, and why
   */
  static List<SqlTask> of(
      SluiceSettings settings, Optional<DataSource> main, Map<String, DataSource> named) {
    if (!settings.tasks().isEmpty() && main.isEmpty()) {
      throw new CommandFailed(
          "tasks write to a database and none is named; set database.url in sluice.yaml or"
              + " SLUICE_DATABASE_URL");
    }
    List<SqlTask> tasks = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    settings
        .tasks()
        .forEach(
            (name, task) -> {
              try {
                SqlTask read = SqlTask.of(options(name, task));
                check(
                    read,
                    read.database().equals(TaskType.MAIN_DATABASE)
                        ? main.orElseThrow()
                        : named.get(read.database()));
                tasks.add(read);
              } catch (SqlTaskInvalid e) {
                problems.add(String.valueOf(e.getMessage()));
              }
            });
    if (!problems.isEmpty()) {
      throw new CommandFailed(String.join("\n  ", problems));
    }
    return tasks;
  }

  private static void check(SqlTask task, DataSource database) {
    try (Connection connection = database.getConnection()) {
      task.check(connection);
    } catch (SQLException e) {
      if (!task.database().equals(TaskType.MAIN_DATABASE)
          && SqlErrors.classify(e).infrastructure()) {
        log.warn(
            "tasks.{}.statement is not checked, database '{}' is away: {}",
            task.name(),
            task.database(),
            e.getMessage());
        return;
      }
      throw new CommandFailed(
          "tasks.%s.statement: database '%s' could not be asked: %s"
              .formatted(task.name(), task.database(), e.getMessage()),
          e);
    }
    task.warnings().forEach(log::warn);
  }

  private static SqlTaskOptions options(String name, SqlTaskSettings task) {
    SqlParameter[] parameters =
        task.parameters().entrySet().stream()
            .map(entry -> parameter(entry.getKey(), entry.getValue()))
            .toArray(SqlParameter[]::new);
    return SqlTaskOptions.of(name, task.statement(), parameters)
        .queue(task.queue())
        .database(task.database())
        .batch(new BatchOptions(task.batch().size(), task.batch().linger()))
        .guard(task.guard().orElse(null))
        .merge(task.merge())
        .retry(RetryPolicy.attempts(task.maxAttempts()));
  }

  private static SqlParameter parameter(String name, SqlTaskSettings.Parameter parameter) {
    return new SqlParameter(
        name,
        SqlType.valueOf(parameter.type().name()),
        parameter.argument().orElse(name),
        parameter.required(),
        parameter.nullable(),
        parameter.otherwise().orElse(null));
  }
}
