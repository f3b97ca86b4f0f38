package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.cli.Patience;
import dev.sluice.database.Database;
import dev.sluice.loop.LoopRunner;
import dev.sluice.redis.RedisUrl;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import dev.sluice.worker.MetricsListener;
import dev.sluice.worker.TaskModule;
import dev.sluice.worker.Worker;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of {@code sluice worker}: endpoint, modules, worker, and their end, in this order.
 *
 * <p>The broker may be away at the start and at any time: the process waits for it and is not ready
 * meanwhile. The main database must be there at the start.
 */
public final class WorkerProcess {
  private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);
  private static final InstantSource CLOCK = InstantSource.system();

  private final SluiceSettings settings;
  private final Broker broker;
  private final Optional<Database> database;
  private final Map<String, DataSource> databases;
  private final @Nullable Path lib;
  private final Health health = new Health();

  /**
   * A process that is not running yet.
   *
   * @param database its tables up to date; empty for a worker without effectively-once handlers
   * @param databases further ones by their names, which may be away; with a connection that they
   *     give, their tables are up to date
   * @param lib folder of jars with task modules; null for none
   */
  public WorkerProcess(
      SluiceSettings settings,
      Broker broker,
      Optional<Database> database,
      Map<String, DataSource> databases,
      @Nullable Path lib) {
    this.settings = settings;
    this.broker = broker;
    this.database = database;
    this.databases = databases;
    this.lib = lib;
  }

  /** Runs until {@code stop} is asked for, or an operator shuts the worker down. */
  public void run(StopSignal stop) throws InterruptedException {
    try (ProcessMetrics metrics = new ProcessMetrics("worker");
        ProcessEndpoint endpoint =
            ProcessEndpoint.start(settings.http(), metrics.registry(), health);
        TaskModules modules = TaskModules.load(lib);
        Keys keys = new Keys(settings);
        ConfiguredGovernor load = new ConfiguredGovernor(settings)) {
      log.info("metrics and health on {}", endpoint.address());
      ServerChecks.add(health, settings, broker, database);
      databases.forEach((name, source) -> ServerChecks.addDatabase(health, name, source));
      CollectedHandlers handlers = handlers(modules, keys, load.governor(), metrics.registry());
      log.info("task modules {}: {}", modules.names(), handlers.names());
      if (Patience.untilConnected(broker, stop)) {
        consume(handlers, keys, load.governor(), metrics.registry(), stop);
      }
    }
  }

  private CollectedHandlers handlers(
      TaskModules modules, Keys keys, Governor governor, PrometheusMeterRegistry registry) {
    CollectedHandlers handlers = new CollectedHandlers();
    Optional<DataSource> main =
        dataSource().map(source -> governor.database(TaskType.MAIN_DATABASE).governed(source));
    Map<String, DataSource> named = governed(governor);
    modules.register(
        handlers,
        new TaskModule.Services(
            main,
            named,
            settings.redis().url().map(MaskedUrl::reveal).map(RedisUrl::uri),
            Optional.of(broker),
            settings.broker().namespace(),
            settings.modules()));
    SqlTasks.of(settings, dataSource(), databases).forEach(task -> task.registerWith(handlers));
    main.map(source -> new BuiltInTasks(source, named, keys.store().orElse(null), CLOCK))
        .ifPresent(builtIn -> builtIn.register(handlers));
    Truncations.of(settings.retention(), main, named, governor, registry)
        .ifPresent(truncation -> truncation.register(handlers));
    return handlers;
  }

  private void consume(
      CollectedHandlers handlers,
      Keys keys,
      Governor governor,
      PrometheusMeterRegistry registry,
      StopSignal stop)
      throws InterruptedException {
    WorkerPlan plan = new WorkerPlan(settings, handlers.queues());
    try (Worker worker =
            Worker.open(
                plan.options(broker, dataSource(), databases, keys, governor)
                    .listener(new MetricsListener(registry, CLOCK)));
        LoopRunner sampler =
            LoopRunner.start(
                "depth-sampler",
                new DepthSampler(broker, plan.watched(), dataSource(), registry))) {
      handlers.registerWith(worker);
      health.check("worker", () -> problem(worker));
      worker.start();
      GovernorMetrics.bind(registry, governor);
      endWithWorker(worker, stop);
      stop.await();
      worker.drain(settings.worker().shutdownDeadline());
      sampler.nudge();
    }
  }

  /** An operator may shut the worker down by remote control: the process ends with it. */
  private static void endWithWorker(Worker worker, StopSignal stop) {
    Thread watch =
        new Thread(
            () -> {
              worker.awaitStopped();
              stop.end();
            },
            "sluice-worker-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private Optional<DataSource> dataSource() {
    return database.map(Database::dataSource);
  }

  /** What modules write counts and waits for the ceiling. */
  private Map<String, DataSource> governed(Governor governor) {
    Map<String, DataSource> sources = new LinkedHashMap<>();
    databases.forEach(
        (name, source) -> sources.put(name, governor.database(name).governed(source)));
    return sources;
  }

  private static Optional<String> problem(Worker worker) {
    return worker.health().consuming() ? Optional.empty() : Optional.of(worker.health().detail());
  }
}
