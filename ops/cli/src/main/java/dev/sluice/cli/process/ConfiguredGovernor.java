package dev.sluice.cli.process;

import dev.sluice.cli.CommandFailed;
import dev.sluice.redis.RedisScripts;
import dev.sluice.redis.RedisUrl;
import dev.sluice.settings.DatabaseSettings;
import dev.sluice.settings.LimitSettings;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.settings.TaskLimitSettings;
import dev.sluice.settings.WorkerSettings;
import dev.sluice.task.TaskType;
import dev.sluice.worker.governor.CeilingScope;
import dev.sluice.worker.governor.DatabaseGovernor;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorOptions;
import dev.sluice.worker.governor.Limits;
import dev.sluice.worker.governor.Rate;
import dev.sluice.worker.governor.TypeLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's governor as the settings want it; closes its connections to Redis. */
final class ConfiguredGovernor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConfiguredGovernor.class);

  /** Connections for relay, archiver, truncation and probes. */
  private static final int BESIDE_TASKS = 2;

  private final @Nullable RedisScripts redis;
  private final Governor governor;
  private final int attempts;

  /** Connects to Redis when first needed. */
  ConfiguredGovernor(SluiceSettings settings) {
    redis =
        settings
            .redis()
            .url()
            .map(MaskedUrl::reveal)
            .map(url -> RedisScripts.open(RedisUrl.uri(url)))
            .orElse(null);
    GovernorOptions options =
        GovernorOptions.DEFAULTS
            .namespace(settings.broker().namespace())
            .workers(settings.worker().workers())
            .concurrency(settings.worker().concurrencyLimit().orElse(null));
    governor = new Governor(redis == null ? options : options.redis(redis));
    settings.worker().limits().forEach(this::limit);
    attempts = attempts(settings.worker());
    bound(TaskType.MAIN_DATABASE, "database", settings.database());
    settings.databases().forEach((name, database) -> bound(name, "databases." + name, database));
  }

  Governor governor() {
    return governor;
  }

  @Override
  public void close() {
    if (redis != null) {
      redis.close();
    }
  }

  private void bound(String name, String section, DatabaseSettings database) {
    DatabaseGovernor governed = governor.database(name);
    int transactions = Math.max(1, database.poolSize() - BESIDE_TASKS);
    if (database.url().isPresent() && transactions < attempts) {
      log.info(
          "{} attempts may run at a time and {}.poolSize has connections for {} of them; the others"
              + " wait for their turn",
          attempts,
          section,
          transactions);
    }
    if (database.adaptive()) {
      governed.adaptive(transactions);
    } else {
      governed.concurrency(transactions);
    }
    if (database.ceilingScope() == DatabaseSettings.Scope.GLOBAL) {
      if (redis == null) {
        throw new CommandFailed(
            section
                + ".ceilingScope: a global ceiling is shared by way of Redis; set redis.url, or"
                + " ceilingScope: local");
      }
      governed.scope(CeilingScope.GLOBAL);
    }
    database.ceiling().ifPresent(governed::ceiling);
  }

  /** Of all queues, as far as the settings name them. */
  private static int attempts(WorkerSettings worker) {
    int sum =
        worker.queues().values().stream()
            .mapToInt(queue -> queue.concurrency().orElse(worker.concurrency()))
            .sum();
    int most = sum == 0 ? worker.concurrency() : sum;
    return Math.min(most, worker.concurrencyLimit().orElse(most));
  }

  private void limit(String type, TaskLimitSettings limits) {
    if (redis == null && !(limits.shared().none() && limits.perKey().none())) {
      throw new CommandFailed(
          "worker.limits."
              + type
              + ": shared and perKey are held to in all workers together, which takes Redis;"
              + " set redis.url, or use concurrency and rate, which are each worker's own");
    }
    governor.limits(
        type,
        new TypeLimits(limits(limits.worker()), limits(limits.shared()), limits(limits.perKey())));
  }

  private static Limits limits(LimitSettings limits) {
    return new Limits(
        limits.concurrency().orElse(null), limits.rate().map(Rate::parse).orElse(null));
  }
}
