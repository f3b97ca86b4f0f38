package dev.sluice.timelines;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.redis.RedisConnections;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.clients.jedis.UnifiedJedis;

/**
 * Empty tables of the shared database server, a namespace of the shared Redis, and timelines with a
 * cap of 20 on both; the clock stands.
 */
final class ReadingFixture implements BeforeEachCallback, AfterEachCallback {
  static final int CAP = 20;

  final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  final URI redisUrl = URI.create(DevServices.shared().redis().url());
  final UnifiedJedis redis = RedisConnections.open(redisUrl);
  final TimelineOptions options =
      TimelineOptions.DEFAULTS
          .withNamespace("r" + UUID.randomUUID().toString().substring(0, 8))
          .withCap(CAP);
  final TimelineKeys keys = new TimelineKeys(options.namespace());
  final WatchedDataSource database = new WatchedDataSource(Holder.DATABASE.dataSource());
  private final List<Timelines> opened = new ArrayList<>();

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    for (String table : List.of("sluice_post", "sluice_follow", "sluice_user")) {
      execute("DELETE FROM " + table);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    opened.forEach(Timelines::close);
    redis.close();
  }

  Timelines open() {
    return open(reading -> reading);
  }

  Timelines open(UnaryOperator<ReadingOptions> change) {
    Timelines timelines =
        Timelines.open(
            change.apply(
                ReadingOptions.of(database, redisUrl).withTimelines(options).withClock(() -> now)));
    opened.add(timelines);
    return timelines;
  }

  /** A post of some minutes ago. */
  Post post(long author, int minutesAgo) {
    return post(author, Duration.ofMinutes(minutesAgo), 0);
  }

  Post post(long author, Duration ago, int sequence) {
    Instant createdAt = now.minus(ago);
    long id = PostIds.of(createdAt, sequence);
    return new Post(id, author, createdAt, "post " + id);
  }

  /** Inserts posts, as if they had always been there. */
  void insert(Post... posts) throws SQLException {
    insert(Holder.DATABASE.dataSource(), posts);
  }

  static void insert(DataSource into, Post... posts) throws SQLException {
    try (Connection connection = into.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_post (id, author, created_at, text) VALUES (?, ?, ?, ?)")) {
      for (Post post : posts) {
        insert.setLong(1, post.id());
        insert.setLong(2, post.author());
        insert.setString(3, SqlTimes.text(post.createdAt()));
        insert.setString(4, post.text());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  void follow(long follower, long... authors) throws SQLException {
    for (long author : authors) {
      execute(
          "INSERT INTO sluice_follow (author, follower, version) VALUES (%d, %d, 0)"
              .formatted(author, follower));
    }
  }

  void unfollow(long follower, long author) throws SQLException {
    execute(
        "UPDATE sluice_follow SET active = FALSE WHERE author = %d AND follower = %d"
            .formatted(author, follower));
  }

  void merge(long author) throws SQLException {
    execute("INSERT INTO sluice_user (id, merged) VALUES (%d, TRUE)".formatted(author));
  }

  /** As a committed deletion leaves the row. */
  void delete(long post) throws SQLException {
    execute("UPDATE sluice_post SET deleted_at = created_at, text = '' WHERE id = " + post);
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = Holder.DATABASE.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Loses everything that Redis has of this fixture. */
  void loseRedis() {
    redis.keys(options.namespace() + ":*").forEach(redis::del);
  }

  static List<Long> ids(Page page) {
    return page.posts().stream().map(Post::id).toList();
  }

  /** One database for all tests of this JVM. */
  private static final class Holder {
    static final Database DATABASE = create();

    private static Database create() {
      DatabaseService service = DevServices.shared().database();
      String name = "t" + UUID.randomUUID().toString().replace("-", "");
      try (Connection connection =
              DriverManager.getConnection(service.jdbcUrl(), service.user(), service.password());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      Database database =
          Database.open(
              DatabaseOptions.of(service.jdbcUrl(name))
                  .user(service.user())
                  .password(service.password()));
      database.migrate();
      return database;
    }
  }
}
