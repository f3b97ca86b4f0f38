package dev.sluice.cli.process;

import dev.sluice.keys.RedisKeys;
import dev.sluice.redis.RedisUrl;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of exclusive tasks in Redis, when the settings name one; closes its connections. */
public final class Keys implements AutoCloseable {
  private final @Nullable RedisKeys redis;

  /** Opens what the settings name; connects when first needed. */
  public Keys(SluiceSettings settings) {
    redis =
        settings
            .redis()
            .url()
            .map(MaskedUrl::reveal)
            .map(url -> RedisKeys.open(RedisUrl.uri(url), settings.broker().namespace()))
            .orElse(null);
  }

  /** The store; empty when the settings name no Redis. */
  public Optional<RedisKeys> store() {
    return Optional.ofNullable(redis);
  }

  @Override
  public void close() {
    if (redis != null) {
      redis.close();
    }
  }
}
