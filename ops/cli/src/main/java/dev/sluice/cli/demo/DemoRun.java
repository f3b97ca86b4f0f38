package dev.sluice.cli.demo;

import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.redis.Redis;
import dev.sluice.task.TaskIds;
import dev.sluice.timelines.TimelineKeys;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.longtask.LongTasks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of the demo: publish, wait until all is done, let the jobs do their work, and hold what
 * is there against what must be there.
 */
final class DemoRun {
  private static final int CALLS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final DemoServers servers;
  private final DemoWorker worker;
  private final DemoTables tables;
  private final Leftovers leftovers;
  private final Redis redis;
  private final Progress progress;
  private final Watch watch = new Watch(PATIENCE);
  private final Ledger ledger = new Ledger();
  private final TimelineKeys keys = new TimelineKeys(DemoOptions.NAMESPACE);
  private final Set<String> calls = new HashSet<>();
  private final TimelineStore store;
  private final FiringLedger firings;
  private final JobsReport jobs;
  private @Nullable FanOutWatch fanOuts;
  private boolean dependencyIsThere;

  /** Which firings are looked at: the jobs go on. */
  private Instant fired = Instant.MAX;

  DemoRun(
      DemoServers servers,
      DemoWorker worker,
      DemoTables tables,
      Leftovers leftovers,
      Redis redis,
      Progress progress) {
    this.servers = servers;
    this.worker = worker;
    this.tables = tables;
    this.leftovers = leftovers;
    this.redis = redis;
    this.progress = progress;
    firings = DemoJobs.ledger(servers);
    jobs = new JobsReport(firings);
    store = new TimelineStore(redis, TimelineOptions.DEFAULTS.withNamespace(DemoOptions.NAMESPACE));
  }

  /**
   * What came of it.
   *
   * @param redriven failed tasks that the redrive job sent back and that then succeeded
   * @param dead tasks that are dead and stay so
   * @param truncations runs of the truncation
   * @param truncated entries that it removed
   * @param firings those of all jobs, each of which had to end once
   * @param left what the jobs did not tidy away of what they had to
   */
  record Result(
      DemoSummary summary,
      Ledger.Balance balance,
      TimelineAudit.Findings timelines,
      long redriven,
      long dead,
      long truncations,
      long truncated,
      FiringLedger.Findings firings,
      Leftovers.Left left) {
    boolean holds() {
      return summary.holds() && balance.even() && timelines.clean() && jobsDone();
    }

    private boolean jobsDone() {
      return firings.clean() && left.rows() == 0 && left.keys() == 0;
    }
  }

  /**
   * Runs it.
   *
   * @param setAside ids of tasks that lie in the outbox until a job releases them
   */
  Result run(FollowerGraph graph, List<PlannedPost> posts, List<String> setAside, Faults faults)
      throws SQLException, InterruptedException {
    long start = System.nanoTime();
    try (Producer producer = Producer.open(servers.broker(), ProducerOptions.DEFAULTS)) {
      fanOuts =
          new FanOutWatch(
              new LongTasks(servers.database().dataSource(), producer, InstantSource.system()),
              tables);
      Publisher publisher = new Publisher(producer, ledger);
      setAside.forEach(ledger::attempted);
      setAside.forEach(ledger::accepted);
      publisher.publish(failing());
      progress.begin("posts", posts.size());
      publish(publisher, posts, faults);
      awaitEffects(posts.size());
      // Once more: of what ended last.
      effects();
      progress.end();
    }
    faults.finish();
    double seconds = (System.nanoTime() - start) / 1e9;
    awaitTruncation();
    awaitJobs();
    return result(
        posts.size(),
        ExpectedTimelines.of(graph, posts, TimelineOptions.DEFAULTS.cap(), keys),
        seconds);
  }

  private List<EnqueueRequest<?>> failing() {
    List<EnqueueRequest<?>> tasks = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      String id = TaskIds.next(Instant.now()).toString();
      calls.add(id);
      tasks.add(Publisher.request(DemoTasks.CALL, new DemoTasks.Call(i), id));
    }
    return tasks;
  }

  /** Slice by slice: each fault hits while about half of a slice is still to be done. */
  private void publish(Publisher publisher, List<PlannedPost> posts, Faults faults)
      throws SQLException, InterruptedException {
    int slices = faults.count() + 1;
    for (int slice = 0; slice < slices; slice++) {
      int from = (int) ((long) posts.size() * slice / slices);
      int to = (int) ((long) posts.size() * (slice + 1) / slices);
      publisher.publish(
          posts.subList(from, to).stream()
              .<EnqueueRequest<?>>map(
                  post ->
                      Publisher.request(TimelineTasks.POST_CREATED, post.payload(), post.taskId()))
              .toList());
      if (slice < slices - 1) {
        int half = (from + to) / 2;
        watch.until(() -> effects() >= half ? null : effects());
        faults.next();
      }
    }
  }

  private long effects() throws SQLException {
    long effects = tables.effectCount();
    if (fanOuts != null) {
      if (progress.isTerminal()) {
        progress.at(effects, Stream.concat(fanOuts.open().stream(), jobs.now().stream()).toList());
      } else {
        fanOuts.ended().forEach(line -> progress.say("%s", line));
        jobs.news().forEach(line -> progress.say("%s", line));
      }
    }
    bringDependencyOnceAllFailed();
    return effects;
  }

  /** From here on the failed tasks can succeed, if somebody sends them back. */
  private void bringDependencyOnceAllFailed() throws SQLException {
    if (dependencyIsThere) {
      return;
    }
    Set<String> failed = tables.dead("DEAD");
    failed.addAll(tables.dead("REDRIVEN"));
    if (failed.containsAll(calls)) {
      tables.bringDependency();
      dependencyIsThere = true;
    }
  }

  private void awaitEffects(int posts) throws SQLException, InterruptedException {
    boolean done =
        watch.until(
            () -> {
              worker.requireAlive();
              long effects = effects();
              return effects >= posts + CALLS + Leftovers.MESSAGES && tables.openFanOuts() == 0
                  ? null
                  : Long.valueOf(effects + tables.chunks());
            });
    if (!done) {
      progress.say("%nNothing has moved for %d seconds; taking stock.", PATIENCE.toSeconds());
    }
  }

  /** The second end of a truncation from now belongs to one that started after the last post. */
  private void awaitTruncation() throws SQLException, InterruptedException {
    long before = tally("runs");
    progress.say("waiting for the truncation job");
    watch.until(() -> tally("runs") >= before + 2 ? null : Long.valueOf(tally("runs")));
  }

  /** Until nothing is left for them to tidy, and every firing so far has ended. */
  private void awaitJobs() throws SQLException, InterruptedException {
    progress.say("waiting for the other jobs");
    watch.until(
        () -> {
          Leftovers.Left left = leftovers.left();
          return left.rows() + left.keys() == 0 ? null : Long.valueOf(left.rows() + left.keys());
        });
    fired = Instant.now();
    watch.until(() -> firings.open(fired) == 0 ? null : Long.valueOf(firings.open(fired)));
  }

  private long tally(String field) {
    String value = redis.run(List.of(Redis.COMMANDS.hget(keys.truncation(), field))).get(0);
    return value == null ? 0 : Long.parseLong(value);
  }

  private Result result(int posts, ExpectedTimelines expected, double seconds) throws SQLException {
    Map<String, Integer> effects = tables.effects();
    Set<String> dead = tables.dead("DEAD");
    Set<String> redriven = tables.dead("REDRIVEN");
    redriven.retainAll(effects.keySet());
    redriven.retainAll(calls);
    Ledger.Balance balance = ledger.balance(effects, dead);
    TimelineAudit.Findings findings = TimelineAudit.run(redis, store, expected);
    long chunks = tables.chunks();
    DemoSummary summary =
        new DemoSummary(
            posts,
            ledger.acceptedCount() + chunks,
            effects.size() + chunks,
            tables.rowsWritten(),
            findings.right(),
            expected.entries(),
            chunks,
            balance.lost().size(),
            balance.doubles(),
            seconds);
    dead.retainAll(ledger.acceptedIds());
    return new Result(
        summary,
        balance,
        findings,
        redriven.size(),
        dead.size(),
        tally("runs"),
        tally("removed"),
        firings.findings(fired),
        leftovers.left());
  }
}
