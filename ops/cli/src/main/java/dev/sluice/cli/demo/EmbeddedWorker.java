package dev.sluice.cli.demo;

import dev.sluice.broker.Broker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.cli.process.BuiltInTasks;
import dev.sluice.cli.process.Health;
import dev.sluice.cli.process.ProcessEndpoint;
import dev.sluice.cli.process.ProcessMetrics;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.handlers.TimelinesModule;
import dev.sluice.worker.MetricsListener;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskModule;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.retention.TableTruncation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** A worker in the demo's own process, with metrics and health like any other. */
final class EmbeddedWorker implements DemoWorker {
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final QueueOptions QUEUE = QueueOptions.DEFAULTS.concurrency(2).prefetch(50);

  private final TimelinesModule timelines = new TimelinesModule();
  private final DemoModule demo = new DemoModule();
  private final ProcessMetrics metrics = new ProcessMetrics("demo");
  private final Worker worker;
  private final ProcessEndpoint endpoint;

  private EmbeddedWorker(Broker broker, DataSource database, TaskModule.Services services) {
    worker =
        Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database)
                .queue("timelines", QUEUE)
                .queue("fanout", QUEUE)
                .queue("maintenance", QUEUE)
                .queue(DemoTasks.QUEUE, QUEUE)
                // Tasks that fail on purpose stand in the summary, not in the log.
                .listeners(
                    List.of(new MetricsListener(metrics.registry(), InstantSource.system()))));
    timelines.register(worker, services);
    demo.register(worker, services);
    InstantSource clock = InstantSource.system();
    new BuiltInTasks(database, Map.of(), null, clock).register(worker);
    TableTruncation.of(TableTruncation.Options.of(Map.of(TaskType.MAIN_DATABASE, database), clock))
        .register(worker);
    Health health = new Health();
    health.check("worker", () -> problem(worker));
    endpoint = ProcessEndpoint.start(SluiceSettings.defaults().http(), metrics.registry(), health);
  }

  static EmbeddedWorker start(Broker broker, DataSource database, TaskModule.Services services) {
    EmbeddedWorker embedded = new EmbeddedWorker(broker, database, services);
    embedded.worker.start();
    return embedded;
  }

  @Override
  public void killAndRestart() {
    throw new IllegalStateException("a worker in this process cannot be killed");
  }

  @Override
  public void requireAlive() {
    problem(worker)
        .ifPresent(
            problem -> {
              throw new CommandFailed("the worker does not consume: " + problem);
            });
  }

  @Override
  public String endpoint() {
    return endpoint.address();
  }

  @Override
  public void close() {
    worker.drain(DRAIN);
    endpoint.close();
    metrics.close();
    timelines.close();
    demo.close();
  }

  private static Optional<String> problem(Worker worker) {
    return worker.health().consuming() ? Optional.empty() : Optional.of(worker.health().detail());
  }
}
