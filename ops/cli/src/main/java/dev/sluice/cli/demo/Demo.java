package dev.sluice.cli.demo;

import dev.sluice.broker.Broker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisMaster;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.Timelines;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Runs the whole system on a follower graph and tells a person what happened. */
final class Demo {
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(30);
  private static final int SHOWN_POSTS = 5;

  private final DemoOptions options;
  private final Progress progress;
  private final PrintWriter human;

  /**
   * @param human where the report goes
   */
  Demo(DemoOptions options, Progress progress, PrintWriter human) {
    this.options = options;
    this.progress = progress;
    this.human = human;
  }

  /**
   * Runs the demo on servers.
   *
   * @param untilStopped waits while everything keeps running; not called with {@code --exit}
   */
  DemoRun.Result run(DemoServers servers, Runnable untilStopped)
      throws SQLException, InterruptedException {
    progress.say("talking to %s", servers.description());
    FollowerGraph graph = graph();
    int most = graph.followerCount(graph.celebrity());
    // A small graph has fan-outs too.
    int chunk = Math.min(DemoOptions.CHUNK, Math.max(1, most / 2));
    progress.say(
        "%d users, %d followers; %d is followed by %d; chunks of %d; seed %d",
        graph.users(), graph.edges(), graph.id(graph.celebrity()), most, chunk, options.seed());
    DemoTables tables = new DemoTables(servers.database().dataSource());
    try (Redis redis = Redis.open(servers.redisUrl())) {
      clear(servers, tables, redis);
      tables.load(graph, progress);
      Leftovers leftovers = new Leftovers(servers.database().dataSource());
      List<String> setAside = leftovers.leave(servers);
      Map<String, String> modules =
          Map.of(
              DemoModule.LEDGER,
              "true",
              DemoModule.CHUNK,
              Integer.toString(chunk),
              "timelines.handle_posts",
              "false");
      try (DemoWorker worker = servers.startWorker(modules);
          Scheduler scheduler = DemoJobs.start(servers)) {
        List<PlannedPost> posts =
            PostPlan.of(graph, options.posts(), Instant.now(), new Random(options.seed()));
        DemoRun.Result result =
            new DemoRun(servers, worker, tables, leftovers, redis, progress)
                .run(graph, posts, setAside, new Faults(servers, worker, options, progress));
        report(servers, readerOf(graph, posts), result);
        if (!options.exit()) {
          say("");
          say(
              "Metrics and health on %s; the scheduler is %s.",
              worker.endpoint(), scheduler.health().detail());
          say("Everything keeps running until Ctrl-C.");
          untilStopped.run();
        }
        return result;
      }
    }
  }

  private FollowerGraph graph() {
    return options.graph() == null
        ? GeneratedGraph.of(options.users(), new Random(options.seed()))
        : GraphFile.read(options.graph(), options.undirected());
  }

  /** Removes what an earlier demo left on servers that are used again. */
  private static void clear(DemoServers servers, DemoTables tables, Redis redis)
      throws SQLException, InterruptedException {
    tables.prepare();
    DemoJobs.ledger(servers).clear();
    Broker broker = servers.broker();
    if (!new Watch(CONNECT_PATIENCE).until(() -> broker.health().connected() ? null : 0L)) {
      throw new CommandFailed("the broker cannot be reached: " + broker.health().detail());
    }
    for (String queue : List.of("timelines", "fanout", "maintenance", DemoTasks.QUEUE)) {
      String name = broker.topology().queue(queue);
      if (broker.stats(name).isPresent()) {
        broker.purge(name);
      }
    }
    clearKeys(redis);
  }

  private static void clearKeys(Redis redis) {
    ScanParams page = new ScanParams().match(DemoOptions.NAMESPACE + ":*").count(1000);
    for (RedisMaster master : redis.masters()) {
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<String> found = master.call(Redis.COMMANDS.scan(cursor, page));
        List<CommandObject<Long>> removals =
            found.getResult().stream().map(Redis.COMMANDS::unlink).toList();
        redis.run(removals);
        cursor = found.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }
  }

  /** Somebody who follows more than the celebrity. */
  private static long readerOf(FollowerGraph graph, List<PlannedPost> posts) {
    int celebrity = graph.celebrity();
    return posts.stream()
        .filter(post -> post.author() != celebrity && !post.old())
        .flatMapToInt(post -> graph.followers(post.author()))
        .mapToLong(graph::id)
        .findFirst()
        .orElse(graph.id(celebrity));
  }

  private void report(DemoServers servers, long reader, DemoRun.Result result) throws SQLException {
    printTimeline(servers, reader);
    DemoSummary summary = result.summary();
    say("");
    say(
        "truncation  %d runs removed %d entries older than 30 days",
        result.truncations(), result.truncated());
    say(
        "redrive     %d dead tasks were sent back and succeeded, %d stay dead",
        result.redriven(), result.dead());
    JobsReport.table(result.firings(), result.left()).forEach(line -> say("%s", line));
    say("");
    say("posts             %d in %.1f s", summary.posts(), summary.seconds());
    say(
        "tasks             %d enqueued, %d completed, %.0f a second",
        summary.tasksEnqueued(), summary.tasksCompleted(), summary.tasksPerSecond());
    say("continuations     %d", summary.continuations());
    say(
        "timeline entries  %d found of %d expected, each checked by id and order",
        summary.timelineWrites(), summary.expectedTimelineWrites());
    say("lost              %d", summary.lost());
    say("applied twice     %d", summary.doubles());
    if (!result.holds()) {
      say("");
      say(
          "NOT AS PROMISED: %d timeline entries missing, %d wrong, %d unexpected effects",
          result.timelines().missing(),
          result.timelines().wrong(),
          result.balance().unexpected().size());
      result.timelines().examples().forEach(example -> say("  %s", example));
      result.balance().lost().stream().limit(SHOWN_POSTS).forEach(id -> say("  lost task %s", id));
    }
    say("");
    say("Next: ops/sluice demo --services   the same on RabbitMQ, MariaDB and Redis");
    say("      ops/sluice demo --graph FILE  on a follower graph of your own");
    say("      ops/sluice up, then worker, enqueue, queues, dead: see ops/sluice --help");
  }

  private void printTimeline(DemoServers servers, long user) throws SQLException {
    try (Timelines timelines =
        Timelines.open(
            ReadingOptions.of(servers.database().dataSource(), servers.redisUrl())
                .withTimelines(TimelineOptions.DEFAULTS.withNamespace(DemoOptions.NAMESPACE)))) {
      say("The timeline of user %d, newest first:", user);
      for (Post post : timelines.following(user, PageRequest.first(SHOWN_POSTS)).posts()) {
        say("  %s  user %-8d %s", post.createdAt(), post.author(), post.text());
      }
    }
  }

  private void say(String format, Object... arguments) {
    human.println(format.formatted(arguments));
    human.flush();
  }
}
