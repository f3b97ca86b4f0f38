package dev.sluice.bench;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/** What the fan-outs of one run share: the graph, the timelines and who writes posts. */
final class FanOutRig implements AutoCloseable {
  static final String NAMESPACE = "bench";

  /** Followers of the author whose posts show how fair fan-outs are. */
  static final int FEW = 500;

  /** Authors have ids above those of all followers. */
  private static final long AUTHORS = 1L << 40;

  private static final int FEW_AUTHOR = 0;

  private final BenchServers servers;
  private final Database database;
  private final Broker broker;
  private final Producer producer;
  private final FollowerTable graph;
  private final BenchTimelines timelines;
  private final Scratch scratch;
  private int posts;

  private FanOutRig(
      BenchServers servers, Database database, BenchTimelines timelines, Scratch scratch) {
    this.servers = servers;
    this.database = database;
    this.timelines = timelines;
    this.scratch = scratch;
    broker =
        RabbitBroker.open(RabbitOptions.of(servers.rabbitUrl()).topology(new Topology(NAMESPACE)));
    producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    graph = new FollowerTable(database.dataSource());
  }

  /** Connects to servers and makes the tables. */
  static FanOutRig start(BenchServers servers, int cap) throws IOException, SQLException {
    Database database = Database.open(servers.database());
    database.migrate();
    return new FanOutRig(
        servers,
        database,
        new BenchTimelines(servers.redisUrl(), NAMESPACE, cap),
        Scratch.in(Path.of(System.getProperty("java.io.tmpdir"))));
  }

  /** Makes an author for each number of followers; user n follows each that has at least n. */
  void load(List<Integer> sizes, boolean full, PrintStream text) throws SQLException {
    graph.prepare();
    graph.add(author(FEW_AUTHOR), FEW);
    for (int i = 0; i < sizes.size(); i++) {
      Stopwatch watch = Stopwatch.start();
      graph.add(author(i + 1), sizes.get(i));
      text.printf("%,d followers loaded in %.1f s%n", sizes.get(i), watch.stop().nanos() / 1e9);
    }
    if (full) {
      // Posts of the author whom all users follow.
      graph.write(timelines.fill(sizes.get(sizes.size() - 1)), author(sizes.size()));
    }
  }

  /** The author with the number {@code i} of {@link #load}. */
  static long author(int i) {
    return AUTHORS + i;
  }

  /** The author with few followers. */
  static long fewAuthor() {
    return author(FEW_AUTHOR);
  }

  /** A post that is newer than all others. */
  PostCreated post(long author) {
    Instant now = Instant.now();
    return new PostCreated(PostIds.of(now, posts++), author, now.toEpochMilli(), "Hello, world");
  }

  void enqueue(PostCreated post) {
    producer.enqueue(TimelineTasks.POST_CREATED, post);
  }

  Broker broker() {
    return broker;
  }

  DataSource dataSource() {
    return database.dataSource();
  }

  URI redisUrl() {
    return URI.create(servers.redisUrl());
  }

  FollowerTable graph() {
    return graph;
  }

  BenchTimelines timelines() {
    return timelines;
  }

  Path folder() {
    return scratch.folder();
  }

  /** What it runs on, for people. */
  String describe() throws SQLException {
    return "%s; %s; %s"
        .formatted(
            broker.health().detail(),
            new OutboxTable(database.dataSource()).server(),
            timelines.describe());
  }

  @Override
  public void close() throws IOException {
    producer.close();
    broker.close();
    database.close();
    timelines.close();
    scratch.close();
  }
}
