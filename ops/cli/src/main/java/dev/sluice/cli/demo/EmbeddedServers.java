package dev.sluice.cli.demo;

import dev.sluice.broker.Broker;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import dev.sluice.worker.TaskModule;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Broker, database and worker in this process; Redis is a real one. */
final class EmbeddedServers implements DemoServers {
  private static final int POOL = 12;

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
    return EmbeddedWorker.start(
        broker,
        database.dataSource(),
        new TaskModule.Services(
            Optional.of(database.dataSource()),
            Map.of(),
            Optional.of(redis.url()),
            Optional.of(broker),
            DemoOptions.NAMESPACE,
            modules));
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
}
