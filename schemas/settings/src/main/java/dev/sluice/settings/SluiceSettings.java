package dev.sluice.settings;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that can be set, read once from {@code sluice.yaml} and {@code SLUICE_*} variables,
 * checked and frozen. Keys, ranges and defaults are those of {@code sluice.schema.json}, which lies
 * beside this class with a commented {@code sluice.example.yaml}.
 *
 * @param databases further databases, by name
 * @param tasks SQL tasks, by name
 * @param modules properties handed to task modules
 */
public record SluiceSettings(
    BrokerSettings broker,
    DatabaseSettings database,
    Map<String, DatabaseSettings> databases,
    RedisSettings redis,
    WorkerSettings worker,
    SchedulerSettings scheduler,
    RetentionSettings retention,
    HttpSettings http,
    ProducerSettings producer,
    SpoolSettings spool,
    GatewaySettings gateway,
    Map<String, SqlTaskSettings> tasks,
    Map<String, String> modules) {

  public SluiceSettings {
    checkDatabases(databases);
    Set<String> databaseNames = databases.keySet();
    tasks.forEach((name, task) -> task.check(name, databaseNames));
    retention.check(databaseNames);
    databases = Collections.unmodifiableMap(new TreeMap<>(databases));
    tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
    modules = Collections.unmodifiableMap(new TreeMap<>(modules));
  }

  /** Every default, as if there were neither a file nor a variable. */
  public static SluiceSettings defaults() {
    return load(null, Map.of());
  }

  /**
   * Reads settings. A variable overrides the file; an empty variable counts as not set.
   *
   * @param yaml the file; null for none
   * @param environment the variables, {@link System#getenv()} as a rule
   * @throws SettingsException naming every key and variable that is unknown or out of range
   */
  public static SluiceSettings load(@Nullable Path yaml, Map<String, String> environment) {
    SettingsSchema schema = SettingsSchema.load();
    ObjectNode tree = SettingsFile.read(yaml);
    EnvironmentVariables variables = new EnvironmentVariables(schema.scalars(tree));
    String source = yaml == null ? "settings" : yaml.toString();
    SettingsException.throwIfAny("environment", variables.problems(environment));
    variables.apply(environment, tree);
    schema.fillDefaults(tree);
    SettingsException.throwIfAny(source, schema.problems(tree));
    SluiceSettings settings = SettingsBinder.bind(source, tree);
    SettingsException.throwIfAny(source, settings.scheduler().problems());
    return settings;
  }

  /** These settings with another section {@code worker}. */
  public SluiceSettings worker(WorkerSettings newWorker) {
    return new SluiceSettings(
        broker, database, databases, redis, newWorker, scheduler, retention, http, producer, spool,
        gateway, tasks, modules);
  }

  /** These settings with another section {@code scheduler}. */
  public SluiceSettings scheduler(SchedulerSettings newScheduler) {
    return new SluiceSettings(
        broker,
        database,
        databases,
        redis,
        worker,
        newScheduler,
        retention,
        http,
        producer,
        spool,
        gateway,
        tasks,
        modules);
  }

  /** Whether a broker, a database or a Redis is named. */
  public boolean namesServices() {
    return broker.url().isPresent() || database.url().isPresent() || redis.url().isPresent();
  }

  private static void checkDatabases(Map<String, DatabaseSettings> databases) {
    databases.forEach(
        (name, database) -> {
          if (database.url().isEmpty()) {
            throw new IllegalArgumentException("databases." + name + ".url: is missing");
          }
        });
  }
}
