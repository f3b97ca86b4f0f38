package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.load.LoadProfile;
import dev.sluice.bench.rates.Chart;
import dev.sluice.bench.rates.Panel;
import dev.sluice.bench.rates.Series;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Far more tasks than the database can take, for as long as it takes to see what that does. */
record OverloadScenario(
    BenchServers servers, BenchRig rig, EffectTables tables, Path folder, Overload overload) {
  private static final int CONCURRENCY = 16;
  private static final int ROWS = BenchWorker.LINES + 1;
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  /**
   * What is asked of it.
   *
   * @param factor how many times what the database can take is enqueued
   * @param probe how long it is found out what the database can take
   * @param normal length of the normal load, half of what the database can take
   * @param length of the overload
   * @param share of what the database can take that is the ceiling; 0 for no ceiling
   * @param sampling one of so many statements is timed
   */
  record Overload(
      int factor, Duration probe, Duration normal, Duration length, double share, int sampling) {}

  /**
   * What came of a round.
   *
   * @param capacity tasks a second that the database can take
   * @param ceiling rows a second; 0 for none
   * @param windows rows of each second
   * @param waiting tasks in the queue
   * @param from seconds from the start to where the overload begins
   * @param seconds from the start to the overload's end
   * @param offered tasks a second that were enqueued in the overload
   * @param normalTimes of statements at normal load, microseconds
   * @param overloadTimes of statements in the overload, microseconds
   * @param heapBefore bytes of the worker's heap that are alive before the overload
   * @param heapAfter the same at its end
   */
  record Outcome(
      double capacity,
      long ceiling,
      List<Series.Point> windows,
      List<Series.Point> waiting,
      double from,
      double seconds,
      double offered,
      Histogram normalTimes,
      Histogram overloadTimes,
      long heapBefore,
      long heapAfter,
      long failed,
      TaskAudit.Verdict audit) {

    /** The p99 of the statements in the overload, divided by that at normal load. */
    double ratio() {
      return (double) overloadTimes.getValueAtPercentile(99)
          / Math.max(1, normalTimes.getValueAtPercentile(99));
    }

    List<Series.Point> during() {
      return Series.between(windows, from + 1, seconds);
    }

    double written() {
      return during().stream().mapToDouble(Series.Point::value).average().orElse(0);
    }
  }

  /** Runs one round. */
  Outcome run(int round) throws Exception {
    double capacity = capacity("bench.overload.probe." + round);
    long ceiling = (long) (capacity * ROWS * overload.share());
    Path normalLog = folder.resolve("normal." + round);
    Path overloadLog = folder.resolve("overload." + round);
    GovernedWorker.Plan plan =
        new GovernedWorker.Plan("bench.overload." + round, true, CONCURRENCY, ceiling);
    try (SlowLog log = new SlowLog(GovernedSession.connect(servers), overload.sampling())) {
      log.into(folder.resolve("warm-up." + round));
      try (GovernedSession session = GovernedSession.open(servers, rig, tables, folder, plan)) {
        session.surge(LoadProfile.steady(capacity / 2, WARM_UP));
        log.into(normalLog);
        session.surge(LoadProfile.steady(capacity / 2, overload.normal()));
        long heapBefore = session.worker().jvm().liveHeapBytes();
        long before = session.accepted();
        log.into(overloadLog);
        double from = session.seconds();
        session.surge(LoadProfile.steady(capacity * overload.factor(), overload.length()));
        double end = session.seconds();
        log.into(folder.resolve("after." + round));
        double offered = (session.accepted() - before) / (end - from);
        long heapAfter = session.worker().jvm().liveHeapBytes();
        List<Series.Point> windows = Series.between(session.rows().perSecond(), 0, end);
        List<Series.Point> waiting = Series.between(session.waiting().looks(), 0, end);
        TaskAudit.Verdict audit = session.cut();
        return new Outcome(
            capacity,
            ceiling,
            windows,
            waiting,
            from,
            end,
            offered,
            SlowLog.times(normalLog),
            SlowLog.times(overloadLog),
            heapBefore,
            heapAfter,
            session.failed(),
            audit);
      }
    }
  }

  /** Tasks a second that the worker gets through when nothing holds it and enough wait. */
  private double capacity(String queue) throws Exception {
    GovernedWorker.Plan plan = new GovernedWorker.Plan(queue, true, CONCURRENCY, 0);
    try (GovernedSession session = GovernedSession.open(servers, rig, tables, folder, plan)) {
      // The rate does not matter as long as there is always one that waits.
      session.surge(LoadProfile.steady(2000, overload.probe()));
      double end = session.seconds();
      List<Series.Point> windows =
          Series.between(session.rows().perSecond(), end / 2, session.seconds());
      session.cut();
      return Series.percentile(windows, 50) / ROWS;
    }
  }

  /** The picture of a round. */
  static Chart chart(Outcome outcome, Overload overload) {
    return new Chart(
        "Overload at the door, normal load at the database",
        "enqueued %,.0f tasks/s of %d rows, %d times what the database takes; statements' p99 %,d µs, at normal load %,d µs"
            .formatted(
                outcome.offered(),
                ROWS,
                overload.factor(),
                outcome.overloadTimes().getValueAtPercentile(99),
                outcome.normalTimes().getValueAtPercentile(99)),
        outcome.seconds(),
        List.of(
            new Chart.Span(
                "overload", ChartFiles.COLOURS.get("surge"), outcome.from(), outcome.seconds())),
        List.of(
            new Panel(
                "rows a second that the database server counts, windows of 1 s",
                List.of(
                    new Panel.Curve("rows/s", ChartFiles.COLOURS.get("rows"), outcome.windows())),
                outcome.ceiling() == 0
                    ? List.of()
                    : List.of(
                        new Panel.Line(
                            "ceiling", ChartFiles.COLOURS.get("ceiling"), outcome.ceiling()))),
            new Panel(
                "tasks that wait in the queue",
                List.of(
                    new Panel.Curve(
                        "waiting", ChartFiles.COLOURS.get("waiting"), outcome.waiting())),
                List.of())));
  }
}
