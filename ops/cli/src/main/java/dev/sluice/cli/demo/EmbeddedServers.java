package dev.sluice.cli.demo;

import dev.sluice.broker.Broker;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.timelines.TimelinesModule;
import dev.sluice.topology.Topology;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskModule;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.dead.DeadTasks;
import dev.sluice.worker.dead.RedriveTransient;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Broker, database and worker in this process; Redis is a real one. */
final class EmbeddedServers implements DemoServers {
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final int POOL = 12;
  private static final QueueOptions QUEUE = QueueOptions.DEFAULTS.concurrency(2).prefetch(50);

  private final PrivateRedis redis;
  private final Database database;
  private final Broker broker;

  EmbeddedServers() {
    redis = PrivateRedis.start();
    database =
        Database.open(
            DatabaseOptions.of(
                    "jdbc:h2:mem:demo-" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1")
                .user("sa")
                .poolSize(POOL));
    database.migrate();
    broker = InMemoryBroker.open(new Topology(DemoOptions.NAMESPACE));
  }

  @Override
  public String description() {
    return "broker and H2 database in this process, " + redis.description();
  }

  @Override
  public Broker broker() {
    return broker;
  }

  @Override
  public Database database() {
    return database;
  }

  @Override
  public URI redisUrl() {
    return redis.url();
  }

  @Override
  public DemoWorker startWorker(Map<String, String> modules) {
    Worker worker =
        Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database.dataSource())
                .queue("timelines", QUEUE)
                .queue("fanout", QUEUE)
                .queue("maintenance", QUEUE)
                .queue(DemoTasks.QUEUE, QUEUE));
    TaskModule.Services services =
        new TaskModule.Services(
            Optional.of(database.dataSource()),
            Optional.of(redis.url()),
            DemoOptions.NAMESPACE,
            modules);
    List.of(new TimelinesModule(), new DemoModule())
        .forEach(module -> module.register(worker, services));
    DeadTasks deadTasks = new DeadTasks(database.dataSource(), InstantSource.system());
    worker.handle(RedriveTransient.TYPE, new RedriveTransient(deadTasks));
    worker.start();
    return new InProcess(worker);
  }

  @Override
  public void restartBroker() {
    throw new IllegalStateException("the broker in memory cannot be restarted");
  }

  @Override
  public void close() {
    broker.close();
    database.close();
    redis.close();
  }

  private record InProcess(Worker worker) implements DemoWorker {
    @Override
    public void killAndRestart() {
      throw new IllegalStateException("a worker in this process cannot be killed");
    }

    @Override
    public void requireAlive() {
      if (!worker.health().consuming()) {
        throw new CommandFailed("the worker does not consume: " + worker.health().detail());
      }
    }

    @Override
    public void close() {
      worker.drain(DRAIN);
    }
  }
}
