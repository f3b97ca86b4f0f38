package dev.sluice.timelines.handlers;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.timelines.FanOutStep;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.RedisConnections;
import dev.sluice.timelines.TimelineKeys;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.worker.Outcome;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import redis.clients.jedis.RedisClient;

/** TimelineHandlers on a fresh H2 and a namespace of the shared Redis: cap 5, chunks of 3. */
final class TimelineFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final int CAP = 5;
  static final int CHUNK = 3;
  static final long AUTHOR = 7;

  final String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);
  final TimelineOptions options =
      TimelineOptions.DEFAULTS.withNamespace(namespace).withCap(CAP).withChunk(CHUNK);
  final TimelineKeys keys = new TimelineKeys(namespace);
  final Database database;
  final RedisClient redis;
  final TimelineHandlers timelines;
  final FakeTask task = new FakeTask("019a9f3c-1c00-7000-8000-000000000001");

  TimelineFixture() throws SQLException {
    this(DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL").user("sa"));
  }

  TimelineFixture(DatabaseOptions options) throws SQLException {
    database = Database.open(options);
    database.migrate();
    FakeTask.createOutbox(database.dataSource());
    redis = RedisConnections.open(URI.create(DevServices.shared().redis().url()));
    timelines = on(database.dataSource());
  }

  /** TimelineHandlers whose connections come from elsewhere. */
  TimelineHandlers on(DataSource dataSource) {
    return new TimelineHandlers(dataSource, redis, options, InstantSource.fixed(NOW));
  }

  void follow(long author, long... followers) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO sluice_follow VALUES (?, ?)")) {
      for (long follower : followers) {
        insert.setLong(1, author);
        insert.setLong(2, follower);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  PostCreated post(int sequence) {
    Instant createdAt = NOW.minusSeconds(100 - sequence);
    return new PostCreated(
        PostIds.of(createdAt, sequence), AUTHOR, createdAt.toEpochMilli(), "post " + sequence);
  }

  /** Runs the post's handler as the worker does: commits when it completes, else rolls back. */
  Outcome write(PostCreated post) throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      try {
        Outcome outcome = timelines.postHandler().handle(post, task.in(connection), connection);
        if (outcome instanceof Outcome.Completed) {
          connection.commit();
        } else {
          connection.rollback();
        }
        return outcome;
      } catch (Exception e) {
        connection.rollback();
        throw e;
      }
    }
  }

  /** Continuations whose transaction is committed, oldest first. */
  List<FanOutStep> continuations() throws SQLException {
    List<FanOutStep> steps = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT fan_out, lane, chunk, epoch FROM outbox ORDER BY n")) {
      while (row.next()) {
        steps.add(new FanOutStep(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4)));
      }
    }
    return steps;
  }

  /** Handles continuations until there is no new one. */
  void drain(int handled) throws Exception {
    for (int i = handled; i < continuations().size(); i++) {
      timelines.fanOutHandler().handle(continuations().get(i), task);
    }
  }

  long count(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  List<String> oldestFirst(String timeline) {
    return redis.zrange(timeline, 0, -1);
  }

  @Override
  public void close() {
    redis.close();
    database.close();
  }
}
