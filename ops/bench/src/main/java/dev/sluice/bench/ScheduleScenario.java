package dev.sluice.bench;

import dev.sluice.bench.ScheduleRounds.ScheduleRound;
import dev.sluice.database.Database;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.scheduler.SchedulerOptions;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** Schedulers fire many jobs in the same second; their tasks are relayed to RabbitMQ. */
final class ScheduleScenario {
  static final String NAME = "schedule";

  private static final double STEADY_TARGET_MICROS = 1e6;
  private static final double BURST_TARGET_MICROS = 10e6;
  private static final double START_TARGET_MILLIS = 5000;
  // What was due meanwhile and during the start is fired, and the compiler has done its work.
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private final BenchRig rig;
  private final List<Database> databases;
  private final BenchJobs jobs;
  private final int seconds;
  private final int lead;
  private PrintStream text = System.out;
  private long doubled;

  /**
   * A scenario.
   *
   * @param databases one pool for each scheduler, of the same database
   * @param seconds length of a round
   * @param lead seconds to store a burst's jobs in, and to let the schedulers take them
   */
  ScheduleScenario(BenchRig rig, List<Database> databases, BenchJobs jobs, int seconds, int lead) {
    this.rig = rig;
    this.databases = databases;
    this.jobs = jobs;
    this.seconds = seconds;
    this.lead = lead;
  }

  /** Runs it: 0 when the ledger has what was due, and each task arrived, once; else 1. */
  int run(BenchOptions options) throws Exception {
    text = options.text();
    text.println(Machine.describe());
    text.println(rig.broker().health().detail());
    text.println("database: " + new OutboxTable(databases.get(0).dataSource()).server());
    text.printf(
        "%,d jobs, %d scheduler(s) in this JVM; late: from when a job is due until its task is in"
            + " its queue, which is after the commit%n",
        jobs.count(), databases.size());
    ScheduleRounds steady = new ScheduleRounds("sluice");
    ScheduleRounds burst = new ScheduleRounds("sluice-burst");
    List<Double> starts = starts(options.rounds());
    try (FiringArrivals arrivals = FiringArrivals.from(rig.broker(), BenchJobs.QUEUE)) {
      List<Scheduler> schedulers = open();
      try {
        start(schedulers);
        Instant from = Instant.now().plus(WARM_UP).truncatedTo(ChronoUnit.SECONDS);
        for (int round = 0; round < options.rounds(); round++) {
          Instant to = from.plusSeconds(seconds);
          steady.add(round(arrivals, "steady", jobs.due(from, to), from, to));
          from = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
        }
        schedulers.get(0).configure(List.of());
        for (int round = 0; round < options.rounds(); round++) {
          Instant due = Instant.now().plusSeconds(lead).truncatedTo(ChronoUnit.SECONDS);
          schedulers.get(0).configure(jobs.burst(due));
          burst.add(round(arrivals, "burst", jobs.dueInBurst(due), due, due.plusSeconds(1)));
        }
      } finally {
        schedulers.forEach(Scheduler::close);
      }
    } finally {
      rig.delete(BenchJobs.QUEUE);
    }
    report(options, steady, burst, starts);
    return steady.sound() && burst.sound() ? 0 : 1;
  }

  private List<Scheduler> open() {
    List<JobSpec> specs = jobs.steady();
    List<Scheduler> schedulers = new ArrayList<>();
    for (Database database : databases) {
      schedulers.add(Scheduler.open(SchedulerOptions.of(database, rig.broker(), specs)));
    }
    return schedulers;
  }

  /** Milliseconds that a scheduler takes to start when nothing has changed. */
  private List<Double> starts(int rounds) {
    List<Double> starts = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      Scheduler scheduler = open().get(0);
      double millis = start(List.of(scheduler));
      scheduler.close();
      if (round == 0) {
        text.printf("first start, which stores the jobs: %,.0f ms%n", millis);
      } else {
        text.printf("start %d with nothing changed: %,.0f ms%n", round, millis);
        starts.add(millis);
      }
    }
    return starts;
  }

  private static double start(List<Scheduler> schedulers) {
    long before = System.nanoTime();
    schedulers.forEach(Scheduler::start);
    return (System.nanoTime() - before) / 1e6;
  }

  private ScheduleRound round(
      FiringArrivals arrivals, String name, Set<String> due, Instant from, Instant to)
      throws Exception {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    arrivals.await(due, to);
    FiringLedger ledger = FiringLedger.read(databases.get(0).dataSource(), from, to);
    Histogram late = arrivals.lateness(due);
    long doubledBefore = doubled;
    doubled = arrivals.doubled();
    ScheduleRound round =
        new ScheduleRound(
            due.size(),
            (int) Duration.between(from, to).toSeconds(),
            late,
            ledger.lateness(),
            Math.max(ledger.missing(due), arrivals.lost(due)),
            ledger.surplus(due) + doubled - doubledBefore,
            load);
    text.printf(
        "%-6s  %,6d due, late by p50 %,.0f ms, p99 %,.0f ms, at most %,.0f ms; lost %d, double %d;"
            + " load of the machine %.1f%n",
        name,
        due.size(),
        late.getValueAtPercentile(50) / 1e3,
        late.getValueAtPercentile(99) / 1e3,
        late.getMaxValue() / 1e3,
        round.lost(),
        round.doubled(),
        load);
    return round;
  }

  private void report(
      BenchOptions options, ScheduleRounds steady, ScheduleRounds burst, List<Double> starts)
      throws Exception {
    double start = Medians.of(starts, Double::doubleValue);
    text.printf(
        "schedule: %d due in the same second: p99 %,.0f ms, target %,.0f: %s%n",
        jobs.dueAtOnce(),
        steady.micros(99) / 1e3,
        STEADY_TARGET_MICROS / 1e3,
        steady.micros(99) < STEADY_TARGET_MICROS ? "met" : "missed");
    text.printf(
        "schedule: %,d due in one second: the last after %,.0f ms, target %,.0f: %s%n",
        jobs.count(),
        burst.micros(100) / 1e3,
        BURST_TARGET_MICROS / 1e3,
        burst.micros(100) < BURST_TARGET_MICROS ? "met" : "missed");
    text.printf(
        "schedule: start with nothing changed %,.0f ms, target %,.0f: %s%n",
        start, START_TARGET_MILLIS, start < START_TARGET_MILLIS ? "met" : "missed");
    options.printJson(
        List.of(
            burst.json(
                Map.of(
                    "jobs", jobs.count(),
                    "schedulers", databases.size(),
                    "due_at_once", jobs.count(),
                    "target_max_us", BURST_TARGET_MICROS)),
            steady.json(
                Map.of(
                    "jobs", jobs.count(),
                    "schedulers", databases.size(),
                    "due_at_once", jobs.dueAtOnce(),
                    "target_p99_us", STEADY_TARGET_MICROS,
                    "start_ms", Math.round(start),
                    "target_start_ms", START_TARGET_MILLIS))));
  }
}
