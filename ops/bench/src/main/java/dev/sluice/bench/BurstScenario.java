package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.load.LoadProfile;
import dev.sluice.bench.rates.Chart;
import dev.sluice.bench.rates.Panel;
import dev.sluice.bench.rates.Series;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A burst at the door of a worker with a ceiling. */
record BurstScenario(
    BenchServers servers, BenchRig rig, EffectTables tables, Path folder, Burst burst) {
  private static final int CONCURRENCY = 4;

  /**
   * What is asked of it.
   *
   * @param ceiling rows a second
   * @param factor how many times the normal load, which is half of what the ceiling lets through
   * @param before length of the normal load before it, and after it
   * @param length of the burst
   * @param freeze how long the database stands still amid the burst; zero for not
   */
  record Burst(long ceiling, int factor, Duration before, Duration length, Duration freeze) {
    /** Tasks a second outside of the burst. */
    double normal() {
      return ceiling / 2.0 / EffectTables.ROWS_PER_TASK;
    }

    LoadProfile profile() {
      return LoadProfile.steady(normal(), before)
          .then(normal() * factor, length)
          .then(normal(), before);
    }

    Burst withFreeze(Duration newFreeze) {
      return new Burst(ceiling, factor, before, length, newFreeze);
    }

    /** Seconds from the start to where the database stands still. */
    double freezeAt() {
      return (before.toMillis() + length.toMillis() / 2) / 1e3;
    }
  }

  /**
   * What came of a round.
   *
   * @param windows rows of each second
   * @param waiting tasks in the queue
   * @param offered tasks a second that were enqueued in the burst
   * @param written rows a second that the server wrote in the burst
   */
  record Outcome(
      Burst burst,
      List<Series.Point> windows,
      List<Series.Point> waiting,
      double seconds,
      double offered,
      double written,
      long failed,
      TaskAudit.Verdict audit) {

    double percentile(double percent) {
      return Series.percentile(windows, percent);
    }

    double peakWaiting() {
      return Series.percentile(waiting, 100);
    }
  }

  /** Runs one round. */
  Outcome run(String queue) throws Exception {
    GovernedWorker.Plan plan = new GovernedWorker.Plan(queue, false, CONCURRENCY, burst.ceiling());
    try (GovernedSession session = GovernedSession.open(servers, rig, tables, folder, plan)) {
      CompletableFuture<Void> frozen = CompletableFuture.completedFuture(null);
      if (!burst.freeze().isZero()) {
        frozen =
            new Freeze(
                    servers.privateDatabase().pid(),
                    Duration.ofMillis((long) (burst.freezeAt() * 1e3)),
                    burst.freeze())
                .schedule();
      }
      LoadProfile profile = burst.profile();
      session.surge(profile);
      frozen.join();
      double end = session.seconds();
      List<Series.Point> windows = Series.between(session.rows().perSecond(), 0, end);
      List<Series.Point> waiting = Series.between(session.waiting().looks(), 0, end);
      TaskAudit.Verdict audit = session.drain();
      return new Outcome(
          burst,
          windows,
          waiting,
          end,
          session.accepted() / (profile.duration().toMillis() / 1e3),
          mean(windows),
          session.failed(),
          audit);
    }
  }

  /** Of the windows in the burst. */
  private double mean(List<Series.Point> windows) {
    double from = burst.before().toMillis() / 1e3;
    double to = from + burst.length().toMillis() / 1e3;
    return Series.between(windows, from, to).stream()
        .mapToDouble(Series.Point::value)
        .average()
        .orElse(0);
  }

  /** The picture of a round. */
  static Chart chart(Outcome outcome) {
    Burst burst = outcome.burst();
    double from = burst.before().toMillis() / 1e3;
    double to = from + burst.length().toMillis() / 1e3;
    List<Chart.Span> spans = new ArrayList<>();
    spans.add(
        new Chart.Span(
            "burst: %d times the load".formatted(burst.factor()),
            ChartFiles.COLOURS.get("surge"),
            from,
            to));
    if (!burst.freeze().isZero()) {
      spans.add(
          new Chart.Span(
              "database stands still",
              ChartFiles.COLOURS.get("freeze"),
              burst.freezeAt(),
              burst.freezeAt() + burst.freeze().toMillis() / 1e3));
    }
    return new Chart(
        "A burst at the door, the ceiling at the database",
        "ceiling %,d rows/s; enqueued %,.0f tasks/s, in the burst %,.0f; p99 of one-second windows %,.0f rows/s"
            .formatted(
                burst.ceiling(),
                burst.normal(),
                burst.normal() * burst.factor(),
                outcome.percentile(99)),
        outcome.seconds(),
        spans,
        List.of(
            new Panel(
                "rows a second that the database server counts, windows of 1 s",
                List.of(
                    new Panel.Curve("rows/s", ChartFiles.COLOURS.get("rows"), outcome.windows())),
                List.of(
                    new Panel.Line("ceiling", ChartFiles.COLOURS.get("ceiling"), burst.ceiling()))),
            new Panel(
                "tasks that wait in the queue",
                List.of(
                    new Panel.Curve(
                        "waiting", ChartFiles.COLOURS.get("waiting"), outcome.waiting())),
                List.of())));
  }
}
