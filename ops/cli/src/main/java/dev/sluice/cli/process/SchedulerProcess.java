package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.database.Database;
import dev.sluice.loop.LoopRunner;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.scheduler.SchedulerOptions;
import dev.sluice.settings.SluiceSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of {@code sluice scheduler}: endpoint, scheduler, and their end, in this order.
 *
 * <p>The broker may be away: firings wait in the outbox. The database must be there at the start.
 */
public final class SchedulerProcess {
  private static final Logger log = LoggerFactory.getLogger(SchedulerProcess.class);

  private final SluiceSettings settings;
  private final Broker broker;
  private final Database database;
  private final Health health = new Health();

  /**
   * A process that is not running yet.
   *
   * @param database its tables up to date
   */
  public SchedulerProcess(SluiceSettings settings, Broker broker, Database database) {
    this.settings = settings;
    this.broker = broker;
    this.database = database;
  }

  /** Runs until {@code stop} is asked for. */
  public void run(StopSignal stop) throws InterruptedException {
    SchedulerOptions options = SchedulerOptions.of(database, broker, Jobs.of(settings.scheduler()));
    try (ProcessMetrics metrics = new ProcessMetrics("scheduler");
        ProcessEndpoint endpoint =
            ProcessEndpoint.start(settings.http(), metrics.registry(), health);
        Scheduler scheduler = Scheduler.open(options)) {
      log.info("metrics and health on {}", endpoint.address());
      ServerChecks.add(health, settings, broker, Optional.of(database));
      health.check("scheduler", () -> problem(scheduler));
      scheduler.start();
      sayNextFirings(options, scheduler);
      sampleUntil(stop, options, metrics);
    }
  }

  private void sampleUntil(StopSignal stop, SchedulerOptions options, ProcessMetrics metrics)
      throws InterruptedException {
    List<String> queues = options.jobs().stream().map(job -> job.queue()).distinct().toList();
    DepthSampler sampler =
        new DepthSampler(broker, queues, Optional.of(database.dataSource()), metrics.registry());
    LoopRunner running = LoopRunner.start("depth-sampler", sampler);
    try {
      stop.await();
    } finally {
      running.close();
    }
  }

  private static void sayNextFirings(SchedulerOptions options, Scheduler scheduler) {
    options
        .jobs()
        .forEach(
            job ->
                log.info(
                    "job {} enqueues {} to {}, next at {}",
                    job.name(),
                    job.task(),
                    job.queue(),
                    Stream.concat(
                            scheduler.nextFirings(job.name(), 1).stream().map(String::valueOf),
                            Stream.of("never: it is disabled"))
                        .findFirst()
                        .orElseThrow()));
  }

  private static Optional<String> problem(Scheduler scheduler) {
    return scheduler.health().ready() ? Optional.empty() : Optional.of(scheduler.health().detail());
  }
}
