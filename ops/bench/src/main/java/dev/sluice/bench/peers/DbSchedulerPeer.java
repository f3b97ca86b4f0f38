package dev.sluice.bench.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.MySQL8JdbcCustomization;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.task.TaskIds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * db-scheduler on the same database, which is its queue too.
 *
 * <p>Threading: for one thread.
 */
public final class DbSchedulerPeer implements Contender {
  /** As it stands in the output. */
  public static final String NAME = "db-scheduler";

  /** How it is set up. */
  public static final String SETTINGS =
      "db-scheduler: its queue in the same database, 16 threads, lock-and-fetch with SKIP LOCKED"
          + " (0.5 to 4.0 times the threads), polls every 50 ms, each task inserts both rows in a"
          + " transaction";

  private static final String TASK = "bench.write";
  private static final int THREADS = 16;
  private static final int CHUNK = 1000;
  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS scheduled_tasks (
        task_name VARCHAR(100) NOT NULL,
        task_instance VARCHAR(100) NOT NULL,
        task_data BLOB,
        execution_time TIMESTAMP(6) NOT NULL,
        picked BOOLEAN NOT NULL,
        picked_by VARCHAR(50),
        last_success TIMESTAMP(6) NULL,
        last_failure TIMESTAMP(6) NULL,
        consecutive_failures INT,
        last_heartbeat TIMESTAMP(6) NULL,
        version BIGINT NOT NULL,
        priority SMALLINT,
        PRIMARY KEY (task_name, task_instance),
        INDEX execution_time_idx (execution_time),
        INDEX last_heartbeat_idx (last_heartbeat),
        INDEX priority_execution_time_idx (priority DESC, execution_time ASC))""";

  private final Scheduler scheduler;

  private DbSchedulerPeer(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** What a task carries. */
  record Write(long number, String text) {}

  /** JSON, as its documentation advises over Java's own. */
  private enum Json implements Serializer {
    INSTANCE;

    @Override
    public byte[] serialize(Object data) {
      return JsonMapper.shared().writeValueAsBytes(data);
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] data) {
      return JsonMapper.shared().readValue(data, type);
    }
  }

  /** Stores tasks and sets up a scheduler that has not started. */
  public static DbSchedulerPeer holding(EffectTables tables, long tasks, String text)
      throws SQLException {
    try (Connection connection = tables.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
      statement.execute("TRUNCATE TABLE scheduled_tasks");
    }
    OneTimeTask<Write> task =
        Tasks.oneTime(TASK, Write.class)
            .execute((instance, context) -> apply(tables, instance.getId(), instance.getData()));
    Scheduler scheduler =
        Scheduler.create(tables.dataSource(), task)
            .serializer(Json.INSTANCE)
            .jdbcCustomization(new MySQL8JdbcCustomization(true))
            .threads(THREADS)
            .pollingInterval(Duration.ofMillis(50))
            .pollUsingLockAndFetch(0.5, 4.0)
            .build();
    fill(scheduler, tasks, text);
    return new DbSchedulerPeer(scheduler);
  }

  private static void fill(SchedulerClient client, long tasks, String text) {
    Instant now = Instant.now();
    for (long first = 0; first < tasks; first += CHUNK) {
      List<TaskInstance<?>> chunk =
          LongStream.range(first, Math.min(first + CHUNK, tasks))
              .<TaskInstance<?>>mapToObj(
                  number ->
                      new TaskInstance<>(
                          TASK, TaskIds.next(now).toString(), new Write(number, text)))
              .toList();
      client.scheduleBatch(chunk, now);
    }
  }

  private static void apply(EffectTables tables, String id, Write write) {
    try {
      tables.apply(List.of(new Effect(id, write.number(), write.text())));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void start() {
    scheduler.start();
  }

  @Override
  public void close() {
    scheduler.stop();
  }
}
