package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.database.Database;
import dev.sluice.loop.LoopRunner;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.scheduler.SchedulerOptions;
import dev.sluice.scheduler.Schedules;
import dev.sluice.settings.SettingsException;
import dev.sluice.settings.SluiceSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of {@code sluice scheduler}: jobs checked, endpoint, scheduler, watch over the
 * settings, and their end, in this order.
 *
 * <p>The broker may be away: firings wait in the outbox. The database must be there at the start.
 */
public final class SchedulerProcess {
  private static final Logger log = LoggerFactory.getLogger(SchedulerProcess.class);

  private final SettingsSource source;
  private final SluiceSettings settings;
  private final Broker broker;
  private final Database database;
  private final @Nullable Path lib;
  private final Health health = new Health();

  /**
   * A process that is not running yet.
   *
   * @param source where changed jobs come from while it runs
   * @param settings those of {@code source} at the start
   * @param database its tables up to date
   * @param lib folder of jars with task modules, whose tasks are known then; null for none
   */
  public SchedulerProcess(
      SettingsSource source,
      SluiceSettings settings,
      Broker broker,
      Database database,
      @Nullable Path lib) {
    this.source = source;
    this.settings = settings;
    this.broker = broker;
    this.database = database;
    this.lib = lib;
  }

  /**
   * Runs until {@code stop} is asked for.
   *
   * @throws SettingsException when a job cannot be; nothing was started then
   */
  public void run(StopSignal stop) throws InterruptedException {
    List<JobSpec> jobs = Jobs.of(source.file().toString(), settings);
    SchedulerOptions options = options(jobs);
    KnownTasks known = KnownTasks.of(settings, database.dataSource(), lib);
    try (ProcessMetrics metrics = new ProcessMetrics("scheduler");
        ProcessEndpoint endpoint =
            ProcessEndpoint.start(settings.http(), metrics.registry(), health);
        Scheduler scheduler = Scheduler.open(options)) {
      log.info("metrics and health on {}", endpoint.address());
      ServerChecks.add(health, settings, broker, Optional.of(database));
      health.check("scheduler", () -> problem(scheduler));
      scheduler.start();
      JobsLog told = new JobsLog(known, Schedules.of(database, broker.topology(), options.clock()));
      told.started(jobs, settings);
      DepthSampler depths =
          new DepthSampler(
              broker, queues(jobs), Optional.of(database.dataSource()), metrics.registry());
      JobsReload reload =
          new JobsReload(
              source.file().toString(),
              scheduler,
              told,
              settings,
              changed -> depths.add(queues(changed)));
      LoopRunner sampling = LoopRunner.start("depth-sampler", depths);
      LoopRunner watching =
          LoopRunner.start(
              "settings-watch",
              new SettingsWatch(
                  source, reload, why -> log.error("the jobs stay as they were: {}", why)));
      try {
        stop.await();
      } finally {
        watching.close();
        sampling.close();
      }
    }
  }

  private SchedulerOptions options(List<JobSpec> jobs) {
    try {
      return SchedulerOptions.of(database, broker, jobs);
    } catch (IllegalArgumentException e) {
      throw Jobs.refused(source.file().toString(), e);
    }
  }

  private static Set<String> queues(List<JobSpec> jobs) {
    return jobs.stream().map(JobSpec::queue).collect(Collectors.toSet());
  }

  private static Optional<String> problem(Scheduler scheduler) {
    return scheduler.health().ready() ? Optional.empty() : Optional.of(scheduler.health().detail());
  }
}
