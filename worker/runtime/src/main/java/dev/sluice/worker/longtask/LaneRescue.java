package dev.sluice.worker.longtask;

import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** Goes over all lanes that stand still. */
final class LaneRescue {
  private static final int PAGE = 500;

  private final DataSource dataSource;
  private final LaneRows lanes;

  LaneRescue(DataSource dataSource, LaneRows lanes) {
    this.dataSource = dataSource;
    this.lanes = lanes;
  }

  /** Rescues one, in a transaction of its own; false when it has moved meanwhile. */
  @FunctionalInterface
  interface One {
    boolean rescue(StoppedLane lane) throws SQLException;
  }

  /**
   * Rescues those that were expected before a time.
   *
   * @return ids of the long tasks of which a lane was rescued
   */
  List<String> run(Instant before, One one) throws SQLException {
    Set<String> ids = new LinkedHashSet<>();
    List<StoppedLane> page;
    do {
      page =
          OwnTransaction.statement(
              dataSource, connection -> lanes.stopped(connection, before, PAGE));
      for (StoppedLane lane : page) {
        if (one.rescue(lane)) {
          ids.add(lane.last().longTask());
        }
      }
    } while (page.size() == PAGE);
    return List.copyOf(ids);
  }
}
