package dev.sluice.timelines.handlers;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.RebuildTimelines;
import dev.sluice.timelines.TimelineRebuilder;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds the timelines of everybody: lanes over ranges of followers for following timelines, then
 * over ranges of authors for profiles, and one for the public timeline. Repeating a step is
 * harmless.
 *
 * <p>A position is {@code KIND:USER}, the last user done.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class RebuildAll implements LongTask<RebuildTimelines> {
  /** How long a step waits when Redis is away. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** About 100 ms. */
  private static final int USERS_OF_STEP = 50;

  private final DataSource dataSource;
  private final TimelineRebuilder rebuilder;
  private final int usersOfStep;

  RebuildAll(DataSource dataSource, TimelineRebuilder rebuilder, int usersOfStep) {
    this.dataSource = dataSource;
    this.rebuilder = rebuilder;
    this.usersOfStep = usersOfStep;
  }

  /** Started by its own task. */
  static LongTaskKind<RebuildTimelines> kind(
      DataSource dataSource, TimelineRebuilder rebuilder, InstantSource clock) {
    LongTaskOptions options =
        LongTaskOptions.DEFAULTS
            .queue(TimelineTasks.REBUILD_ALL.queue())
            .unitsOfStep(USERS_OF_STEP);
    RebuildAll work = new RebuildAll(dataSource, rebuilder, USERS_OF_STEP);
    return LongTaskKind.of(TimelineTasks.REBUILD_ALL, work, options, clock);
  }

  @Override
  public Plan plan(RebuildTimelines payload, Connection connection) throws SQLException {
    List<Slice> lanes = new ArrayList<>();
    for (Kind kind : List.of(Kind.FOLLOWING, Kind.PROFILE)) {
      lanes.addAll(slices(connection, kind, payload.lanesOrDefault()));
    }
    lanes.add(new Slice(Kind.EVERYONE + ":0", Kind.EVERYONE + ":0"));
    return new Plan(lanes, null);
  }

  @Override
  public Step step(RebuildTimelines payload, Slice slice) throws SQLException {
    Position after = Position.of(slice.after());
    Position upTo = Position.of(slice.upTo());
    try {
      if (after.kind() == Kind.EVERYONE) {
        rebuilder.everyone();
        return Step.last(1);
      }
      List<Long> users = users(after, upTo.user());
      for (Long user : users) {
        if (after.kind() == Kind.FOLLOWING) {
          rebuilder.following(user);
        } else {
          rebuilder.profile(user);
        }
      }
      return users.size() < usersOfStep
          ? Step.last(users.size())
          : Step.upTo(after.kind() + ":" + users.get(users.size() - 1), users.size());
    } catch (RedisUnavailable e) {
      throw new NotNow("Redis is away", PAUSE, e);
    }
  }

  /** Equal ranges of ids; where ids are not spread evenly, some lanes end earlier. */
  private static List<Slice> slices(Connection connection, Kind kind, int lanes)
      throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT MIN(%1$s), MAX(%1$s) FROM %2$s".formatted(kind.user, kind.table));
        ResultSet row = select.executeQuery()) {
      row.next();
      long least = row.getLong(1);
      if (row.wasNull()) {
        return List.of();
      }
      long greatest = row.getLong(2);
      long width = Long.divideUnsigned(greatest - least, lanes) + 1;
      List<Slice> slices = new ArrayList<>();
      long after = least - 1;
      while (after < greatest) {
        long to = Long.compareUnsigned(greatest - after, width) < 0 ? greatest : after + width;
        slices.add(new Slice(kind + ":" + after, kind + ":" + to));
        after = to;
      }
      return slices;
    }
  }

  private List<Long> users(Position after, long upTo) throws SQLException {
    Kind kind = after.kind();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT DISTINCT %1$s FROM %2$s WHERE %1$s > ? AND %1$s <= ? ORDER BY %1$s LIMIT ?"
                    .formatted(kind.user, kind.table))) {
      select.setLong(1, after.user());
      select.setLong(2, upTo);
      select.setInt(3, usersOfStep);
      List<Long> users = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          users.add(row.getLong(1));
        }
      }
      return users;
    }
  }

  /** What a lane rebuilds, and where the owners of that stand. */
  private enum Kind {
    FOLLOWING("sluice_follow", "follower"),
    PROFILE("sluice_post", "author"),
    EVERYONE("", "");

    private final String table;
    private final String user;

    Kind(String table, String user) {
      this.table = table;
      this.user = user;
    }
  }

  private record Position(Kind kind, long user) {

    static Position of(@Nullable String text) {
      String[] parts = Objects.requireNonNull(text, "position").split(":");
      return new Position(Kind.valueOf(parts[0]), Long.parseLong(parts[1]));
    }
  }
}
