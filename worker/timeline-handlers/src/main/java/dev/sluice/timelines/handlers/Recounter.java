package dev.sluice.timelines.handlers;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.worker.fanout.ChunkInserter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts followers, following and posts of users anew and corrects what is wrong. Users are looked
 * at without a lock first; only whose counters seem wrong are locked and counted again, so that
 * those who follow meanwhile seldom wait, and are never miscounted: the lock lets no transaction be
 * between an edge and its counters. Each statement must see what is committed by then: isolation
 * READ COMMITTED.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Recounter implements ChunkInserter<RecountRun> {
  private static final Logger log = LoggerFactory.getLogger(Recounter.class);

  private static final String FOLLOWERS =
      "SELECT author, COUNT(*) FROM sluice_follow WHERE active AND author IN (%s) GROUP BY author";
  private static final String FOLLOWING =
      "SELECT follower, COUNT(*) FROM sluice_follow WHERE active AND follower IN (%s)"
          + " GROUP BY follower";
  private static final String POSTS =
      "SELECT author, COUNT(*) FROM sluice_post WHERE deleted_at IS NULL AND author IN (%s)"
          + " GROUP BY author";

  private final Users users = new Users();
  private final InstantSource clock;

  Recounter(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void insert(RecountRun run, List<Long> ids, Connection connection) throws SQLException {
    Map<Long, Users.Counters> present = users.find(connection, ids);
    Map<Long, Users.Counters> counted = count(connection, ids);
    List<Long> suspects =
        ids.stream().filter(id -> !same(present.get(id), counted.get(id))).toList();
    if (!suspects.isEmpty()) {
      correct(run, suspects, connection);
    }
  }

  private void correct(RecountRun run, List<Long> suspects, Connection connection)
      throws SQLException {
    Map<Long, Users.Counters> was = users.lock(connection, suspects);
    Map<Long, Users.Counters> is = count(connection, suspects);
    Map<Long, Users.Counters> wrong = new TreeMap<>(was);
    wrong.keySet().removeIf(user -> same(was.get(user), is.get(user)));
    is.keySet().retainAll(wrong.keySet());
    users.set(connection, is);
    record(run, wrong, is, connection);
  }

  private static boolean same(Users.Counters a, Users.Counters b) {
    return a.followers() == b.followers()
        && a.following() == b.following()
        && a.posts() == b.posts();
  }

  private static Map<Long, Users.Counters> count(Connection connection, List<Long> ids)
      throws SQLException {
    Map<Long, Long> followers = count(connection, FOLLOWERS, ids);
    Map<Long, Long> following = count(connection, FOLLOWING, ids);
    Map<Long, Long> posts = count(connection, POSTS, ids);
    Map<Long, Users.Counters> counted = new HashMap<>();
    for (Long id : ids) {
      counted.put(
          id,
          new Users.Counters(
              followers.getOrDefault(id, 0L),
              following.getOrDefault(id, 0L),
              posts.getOrDefault(id, 0L),
              false));
    }
    return counted;
  }

  private static Map<Long, Long> count(Connection connection, String sql, List<Long> ids)
      throws SQLException {
    String places = String.join(", ", Collections.nCopies(ids.size(), "?"));
    try (PreparedStatement select = connection.prepareStatement(sql.formatted(places))) {
      for (int i = 0; i < ids.size(); i++) {
        select.setLong(i + 1, ids.get(i));
      }
      try (ResultSet row = select.executeQuery()) {
        Map<Long, Long> counts = new HashMap<>();
        while (row.next()) {
          counts.put(row.getLong(1), row.getLong(2));
        }
        return counts;
      }
    }
  }

  private void record(
      RecountRun run,
      Map<Long, Users.Counters> was,
      Map<Long, Users.Counters> is,
      Connection connection)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_counter_correction (recount, user_id, counter, was, is_now, at)"
                + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, run.recount());
      insert.setString(6, SqlTimes.text(clock.instant()));
      for (Long user : was.keySet()) {
        insert.setLong(2, user);
        Users.Counters before = was.get(user);
        Users.Counters after = is.get(user);
        record(insert, "followers", before.followers(), after.followers());
        record(insert, "following", before.following(), after.following());
        record(insert, "posts", before.posts(), after.posts());
        log.debug("The counters of user {} were {} and are {} now", user, before, after);
      }
      insert.executeBatch();
    }
  }

  private static void record(PreparedStatement insert, String counter, long was, long is)
      throws SQLException {
    if (was != is) {
      insert.setString(3, counter);
      insert.setLong(4, was);
      insert.setLong(5, is);
      insert.addBatch();
    }
  }
}
