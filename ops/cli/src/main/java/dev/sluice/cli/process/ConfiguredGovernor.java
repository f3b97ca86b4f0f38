package dev.sluice.cli.process;

import dev.sluice.cli.CommandFailed;
import dev.sluice.redis.RedisScripts;
import dev.sluice.redis.RedisUrl;
import dev.sluice.settings.LimitSettings;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.settings.TaskLimitSettings;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorOptions;
import dev.sluice.worker.governor.Limits;
import dev.sluice.worker.governor.Rate;
import dev.sluice.worker.governor.TypeLimits;
import org.jspecify.annotations.Nullable;

/** A worker's governor as the settings want it; closes its connections to Redis. */
final class ConfiguredGovernor implements AutoCloseable {
  private final @Nullable RedisScripts redis;
  private final Governor governor;

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
