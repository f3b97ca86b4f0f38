package dev.sluice.timelines.handlers;

import dev.sluice.broker.Broker;
import dev.sluice.devservices.DevServices;
import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisConnections;
import dev.sluice.task.TaskType;
import dev.sluice.testkit.SluiceTest;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.PostCacheOptions;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostDeleted;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineKeys;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Handlers;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.clients.jedis.UnifiedJedis;

/**
 * The timelines' handlers in a worker of their own, on an empty H2 and a namespace of the shared
 * Redis: cap 5, chunks of 3, the clock stands until a test moves it.
 */
final class TimelineFixture implements BeforeEachCallback, AfterEachCallback {
  static final int CAP = 5;
  static final int CHUNK = 3;
  static final long AUTHOR = 7;

  final String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);
  final TimelineKeys keys = new TimelineKeys(namespace);
  final TimelineOptions options;
  final SluiceTest sluice = SluiceTest.withDatabase(this::register);
  private final URI redisUrl;
  private @Nullable Gate gate;
  private @Nullable Broker broker;
  private @Nullable UnifiedJedis redis;
  private @Nullable TimelineHandlers timelines;

  TimelineFixture() {
    this(TimelineOptions.DEFAULTS, URI.create(DevServices.shared().redis().url()));
  }

  TimelineFixture(TimelineOptions options, URI redisUrl) {
    this(o -> options.withNamespace(o.namespace()).withCap(CAP).withChunk(CHUNK), redisUrl);
  }

  /** With options that differ in something. */
  TimelineFixture(UnaryOperator<TimelineOptions> change) {
    this(change, URI.create(DevServices.shared().redis().url()));
  }

  private TimelineFixture(UnaryOperator<TimelineOptions> change, URI redisUrl) {
    options =
        change.apply(
            TimelineOptions.DEFAULTS.withNamespace(namespace).withCap(CAP).withChunk(CHUNK));
    this.redisUrl = redisUrl;
  }

  /** Halts the handlers' own threads where they read the database. */
  TimelineFixture with(Gate newGate) {
    gate = newGate;
    return this;
  }

  /** Announces changes of posts over a broker. */
  TimelineFixture with(Broker newBroker) {
    broker = newBroker;
    return this;
  }

  private void register(Handlers handlers, DataSource dataSource) {
    timelines =
        TimelineHandlers.open(
            ReadingOptions.of(gate == null ? dataSource : gate.around(dataSource), redisUrl)
                .withTimelines(options)
                .withBroker(broker)
                // What caches remember ends by real time, which a test must not wait for.
                .withMergedFor(Duration.ofNanos(1))
                .withPosts(PostCacheOptions.DEFAULTS.withReplicaLag(Duration.ofMinutes(30)))
                .withClock(() -> sluice.clock().instant()));
    timelines.register(handlers);
    handlers.handle(TimelineTasks.POST_CREATED, timelines.postHandler());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    redis = RedisConnections.open(redisUrl);
    sluice.beforeEach(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    sluice.afterEach(context);
    timelines().close();
    redis().close();
  }

  /** What a process reads with that is not the worker. */
  ReadingOptions reading() {
    return ReadingOptions.of(sluice.dataSource(), redisUrl)
        .withTimelines(options)
        .withBroker(broker)
        .withClock(() -> sluice.clock().instant());
  }

  /** Loses everything that Redis has of this fixture. */
  void loseRedis() {
    redis().keys(namespace + ":*").forEach(redis()::del);
  }

  /** As the handlers speak to it. */
  Redis sharedRedis() {
    return timelines().redis();
  }

  UnifiedJedis redis() {
    return Objects.requireNonNull(redis);
  }

  /** Connects anew, after Redis was restarted. */
  void reconnect() {
    redis().close();
    redis = RedisConnections.open(redisUrl);
  }

  TimelineHandlers timelines() {
    return Objects.requireNonNull(timelines);
  }

  Instant now() {
    return sluice.clock().instant();
  }

  /** Handles a task and all that follow from it; returns how its own attempts ended. */
  <P extends Record> List<TaskOutcome> handle(TaskType<P> type, P payload) {
    String id = sluice.enqueue(type, payload);
    sluice.drain();
    return sluice.outcomes(id);
  }

  /** The same for a post. */
  List<TaskOutcome> write(PostCreated post) {
    return handle(TimelineTasks.POST_CREATED, post);
  }

  /** A post of the author, the later the greater its number. */
  PostCreated post(int number) {
    return post(AUTHOR, number);
  }

  PostCreated post(long author, int number) {
    Instant createdAt = now().minusSeconds(100 - number);
    return new PostCreated(
        PostIds.of(createdAt, number), author, createdAt.toEpochMilli(), "post " + number);
  }

  /** Handles the deletion of a post and all that follows from it now. */
  List<TaskOutcome> delete(PostCreated post) {
    return handle(TimelineTasks.POST_DELETED, deletion(post));
  }

  static PostDeleted deletion(PostCreated post) {
    return new PostDeleted(post.post(), post.author(), post.createdAt());
  }

  /** A follower's timeline as it is in Redis, oldest first. */
  List<String> followingOf(long follower) {
    return oldestFirst(keys.following(follower));
  }

  static String[] ids(PostCreated... posts) {
    return Stream.of(posts).map(post -> Long.toString(post.post())).toArray(String[]::new);
  }

  /** Inserts edges, as if they had always been there. */
  void follow(long author, long... followers) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_follow (author, follower) VALUES (?, ?)")) {
      for (long follower : followers) {
        insert.setLong(1, author);
        insert.setLong(2, follower);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  long count(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  List<String> oldestFirst(String timeline) {
    return redis().zrange(timeline, 0, -1);
  }
}
