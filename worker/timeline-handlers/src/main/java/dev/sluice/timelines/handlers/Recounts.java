package dev.sluice.timelines.handlers;

import dev.sluice.task.TaskType;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.longtask.LongTaskKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recounts of all users: a long task, then a task that tells how much was wrong. What was wrong
 * stands in {@code sluice_counter_correction}.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Recounts {
  private static final Logger log = LoggerFactory.getLogger(Recounts.class);

  static final TaskType<RecountRun> RUN =
      TaskType.of("timelines.recount_users", RecountRun.class).queue(TimelineTasks.RECOUNT.queue());

  static final TaskType<RecountRun> RECOUNTED =
      TaskType.of("timelines.recounted", RecountRun.class).queue(TimelineTasks.RECOUNT.queue());

  /** Users that one step looks at: few, as some of them may have millions of followers. */
  private static final int CHUNK = 200;

  private final DataSource dataSource;
  private final LongTaskKind<RecountRun> recounting;

  Recounts(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    recounting =
        FanOut.inserting(
                RUN,
                dataSource,
                new AllUsers(),
                new Recounter(clock),
                FanOutOptions.DEFAULTS.queue(TimelineTasks.RECOUNT.queue()).chunk(CHUNK),
                clock)
            .whenDone(RECOUNTED, Function.identity());
  }

  void register(Handlers handlers) {
    recounting.registerSteps(handlers, dataSource);
    handlers.handle(
        TimelineTasks.RECOUNT,
        (payload, task, connection) -> {
          RecountRun run = new RecountRun(recounting.id(task.taskId()));
          recounting.start(connection, task, run, task.taskId());
          return Outcome.completed(run);
        });
    handlers.handle(RECOUNTED, this::recounted);
  }

  private Outcome recounted(RecountRun run, TaskContext task, Connection connection)
      throws SQLException {
    Map<String, Long> wrong = new TreeMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT counter, COUNT(*) FROM sluice_counter_correction WHERE recount = ?"
                + " GROUP BY counter")) {
      select.setString(1, run.recount());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          wrong.put(row.getString(1), row.getLong(2));
        }
      }
    }
    if (wrong.isEmpty()) {
      log.info("Recount {} found every counter right", run.recount());
    } else {
      log.warn(
          "Recount {} corrected {}; each is in sluice_counter_correction", run.recount(), wrong);
    }
    return Outcome.completed(new Corrected(wrong));
  }

  /**
   * What a recount found.
   *
   * @param wrong how many counters were wrong, by name; none when all were right
   */
  record Corrected(Map<String, Long> wrong) {}
}
