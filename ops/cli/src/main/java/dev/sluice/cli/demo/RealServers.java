package dev.sluice.cli.demo;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.cli.CommandFailed;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.redis.RedisUrl;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** RabbitMQ, MySQL or MariaDB, and Redis; the worker is a process of its own. */
final class RealServers implements DemoServers {
  private final @Nullable DevServices own;
  private final String description;
  private final Map<String, String> urls;
  private final URI redisUrl;
  private final Database database;
  private final Broker broker;

  private RealServers(@Nullable DevServices own, String description, Map<String, String> urls) {
    this.own = own;
    this.description = description;
    this.urls = urls;
    redisUrl = RedisUrl.uri(urls.getOrDefault("SLUICE_REDIS_URL", ""));
    database =
        Database.open(
            DatabaseOptions.of(urls.getOrDefault("SLUICE_DATABASE_URL", ""))
                .user(urls.get("SLUICE_DATABASE_USER"))
                .password(urls.get("SLUICE_DATABASE_PASSWORD")));
    database.migrate();
    broker =
        RabbitBroker.open(
            RabbitOptions.of(urls.getOrDefault("SLUICE_BROKER_URL", ""))
                .topology(new Topology(DemoOptions.NAMESPACE))
                .connectionName("sluice demo"));
  }

  /**
   * Starts servers that end with the demo.
   *
   * @param redisCluster whether Redis is a cluster
   */
  static RealServers start(ServiceOptions options, boolean redisCluster) {
    DevServices own = DevServices.start(options);
    try {
      return new RealServers(own, description(own, redisCluster), urls(own, redisCluster));
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private static Map<String, String> urls(DevServices own, boolean redisCluster) {
    Map<String, String> urls = new LinkedHashMap<>();
    urls.put("SLUICE_BROKER_URL", own.rabbit().url());
    urls.put("SLUICE_DATABASE_URL", own.database().jdbcUrl());
    urls.put("SLUICE_DATABASE_USER", own.database().user());
    urls.put("SLUICE_DATABASE_PASSWORD", own.database().password());
    urls.put("SLUICE_REDIS_URL", redisCluster ? own.redisCluster().url() : own.redis().url());
    return urls;
  }

  private static String description(DevServices own, boolean redisCluster) {
    return "%s on %s, %s on %s, %s, started for the demo"
        .formatted(
            own.rabbit().version(),
            own.rabbit().address(),
            own.database().version(),
            own.database().address(),
            redisCluster
                ? own.redisCluster().version() + " on " + own.redisCluster().url()
                : own.redis().version() + " on " + own.redis().address());
  }

  /**
   * Servers that run already.
   *
   * @throws CommandFailed when one of the three is not named
   */
  static RealServers named(SluiceSettings settings) {
    if (settings.broker().url().isEmpty()
        || settings.database().url().isEmpty()
        || settings.redis().url().isEmpty()) {
      throw new CommandFailed(
          "the demo needs all of SLUICE_BROKER_URL, SLUICE_DATABASE_URL and SLUICE_REDIS_URL; set"
              + " those that are missing, or none of them to let the demo start servers of its own");
    }
    Map<String, String> urls = new LinkedHashMap<>();
    urls.put("SLUICE_BROKER_URL", settings.broker().url().get().reveal());
    urls.put("SLUICE_DATABASE_URL", settings.database().url().get().reveal());
    putIfSet(urls, "SLUICE_DATABASE_USER", settings.database().user());
    putIfSet(urls, "SLUICE_DATABASE_PASSWORD", settings.database().password().reveal());
    urls.put("SLUICE_REDIS_URL", settings.redis().url().get().reveal());
    return new RealServers(
        null,
        "%s, %s, %s"
            .formatted(
                settings.broker().url().get(),
                settings.database().url().get(),
                settings.redis().url().get()),
        urls);
  }

  @Override
  public String description() {
    return description;
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
    return redisUrl;
  }

  @Override
  public DemoWorker startWorker(Map<String, String> modules) {
    return WorkerChild.start(urls, modules);
  }

  @Override
  public void restartBroker() {
    if (own == null) {
      throw new CommandFailed(
          "--restart-broker restarts only a RabbitMQ that the demo started itself; unset"
              + " SLUICE_BROKER_URL");
    }
    own.rabbit().restart();
  }

  @Override
  public void close() {
    broker.close();
    database.close();
    if (own != null) {
      own.close();
    }
  }

  private static void putIfSet(Map<String, String> urls, String name, String value) {
    if (!value.isEmpty()) {
      urls.put(name, value);
    }
  }
}
