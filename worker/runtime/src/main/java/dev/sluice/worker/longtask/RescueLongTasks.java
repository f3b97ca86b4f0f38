package dev.sluice.worker.longtask;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets long tasks go on, fan-outs among them, of which a lane has stood still: what {@link
 * LongTasks#rescue} does for an operator.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class RescueLongTasks implements TaskHandler<RescueLongTasks.Payload> {
  /** Enqueued by the scheduler. */
  public static final TaskType<Payload> TYPE =
      TaskType.of("sluice.rescue_long_tasks", Payload.class).queue("maintenance");

  private static final Logger log = LoggerFactory.getLogger(RescueLongTasks.class);
  private static final int DEFAULT_STILL_FOR = 600;

  private final DataSource dataSource;
  private final InstantSource clock;
  private final LaneRows lanes;

  /**
   * Which to rescue.
   *
   * @param stillFor seconds that a lane must have stood still, doubled with each rescue of it in a
   *     row; missing or 0 for the default, 600
   */
  public record Payload(int stillFor) {
    /** With every default. */
    public static final Payload DEFAULTS = new Payload(0);

    public Payload {
      if (stillFor < 0) {
        throw new IllegalArgumentException("stillFor must not be negative, is " + stillFor);
      }
      stillFor = stillFor == 0 ? DEFAULT_STILL_FOR : stillFor;
    }
  }

  /** Rescues the long tasks of the worker's database. */
  public RescueLongTasks(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
    lanes = new LaneRows(clock);
  }

  @Override
  public Outcome handle(Payload payload, TaskContext task) throws SQLException {
    Duration patience = Duration.ofSeconds(payload.stillFor());
    List<String> rescued =
        new LaneRescue(dataSource, lanes)
            .run(
                clock.instant().minus(patience),
                lane ->
                    OwnTransaction.run(
                        dataSource, connection -> rescue(connection, lane, patience, task)));
    if (!rescued.isEmpty()) {
      log.warn("Long tasks of which a lane stood still go on: {}", rescued);
    }
    return Outcome.completed(Map.of("rescued", rescued.size()));
  }

  private boolean rescue(
      Connection connection, StoppedLane lane, Duration patience, TaskContext task)
      throws SQLException {
    boolean still = lanes.rescue(connection, lane, patience);
    if (still) {
      Continuation anew = lane.anew();
      task.enqueue(connection, lane.type(), anew, EnqueueOptions.DEFAULTS.taskId(anew.taskId()));
    }
    return still;
  }
}
