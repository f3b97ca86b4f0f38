package dev.sluice.timelines.handlers;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.timelines.FanOutStep;
import dev.sluice.timelines.RedisUnavailable;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one chunk of a fan-out, then moves the lane's row by compare-and-set together with the
 * next continuation. The lane's row is the inbox of these messages: a copy that comes late, or
 * twice, changes nothing, and a crash repeats at most one chunk, harmlessly.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class FanOutHandler implements TaskHandler<FanOutStep> {
  private static final Logger log = LoggerFactory.getLogger(FanOutHandler.class);

  private final Followers followers = new Followers();
  private final DataSource dataSource;
  private final FanOuts fanOuts;
  private final TimelineStore store;
  private final int size;
  private final Duration pause;

  /**
   * @param size recipients of a chunk
   * @param pause how long a chunk waits when Redis is away
   */
  FanOutHandler(
      DataSource dataSource, FanOuts fanOuts, TimelineStore store, int size, Duration pause) {
    this.dataSource = dataSource;
    this.fanOuts = fanOuts;
    this.store = store;
    this.size = size;
    this.pause = pause;
  }

  @Override
  public Outcome handle(FanOutStep step, TaskContext task) throws SQLException {
    Lane lane;
    long[] page;
    // No connection is held while Redis works.
    try (Connection connection = dataSource.getConnection()) {
      Optional<Lane> found = fanOuts.find(connection, step);
      if (found.isEmpty()) {
        return Outcome.discarded("fan-out " + step.fanOut() + " does not exist");
      }
      lane = found.get();
      if (!lane.expects(step)) {
        log.debug("{} is stale", step);
        return Outcome.completed();
      }
      page = followers.page(connection, lane.author(), lane.lastFollower(), lane.hi(), size);
    }
    try {
      store.add(FanOutPlanner.timelinesOf(page, store.keys()), lane.post(), lane.createdAt());
    } catch (RedisUnavailable e) {
      return Outcome.snooze(pause);
    }
    advance(step, lane, page, task);
    return Outcome.completed();
  }

  private void advance(FanOutStep step, Lane lane, long[] page, TaskContext task)
      throws SQLException {
    boolean last = page.length < size;
    long lastFollower = page.length == 0 ? lane.lastFollower() : page[page.length - 1];
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        if (!fanOuts.advance(connection, step, lastFollower, page.length, last)) {
          log.debug("{} lost the race against its copy", step);
        } else if (last) {
          fanOuts.laneDone(connection, step.fanOut());
        } else {
          FanOutStep next = step.next();
          task.enqueue(
              connection,
              TimelineTasks.FAN_OUT,
              next,
              EnqueueOptions.DEFAULTS.taskId(next.taskId()));
        }
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        try {
          connection.rollback();
        } catch (SQLException lost) {
          e.addSuppressed(lost);
        }
        throw e;
      }
    }
  }
}
