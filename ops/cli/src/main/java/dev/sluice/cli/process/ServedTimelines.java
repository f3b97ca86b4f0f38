package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.Timelines;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The timelines that a gateway serves, if it serves any. */
public final class ServedTimelines implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServedTimelines.class);

  private final @Nullable Timelines timelines;

  private ServedTimelines(@Nullable Timelines timelines) {
    this.timelines = timelines;
  }

  /**
   * Opens those of the settings; Redis, databases and broker may be away.
   *
   * @param replica what posts are read from first; empty for none
   * @throws CommandFailed when {@code modules} has wrong settings of timelines
   */
  public static ServedTimelines open(
      SluiceSettings settings,
      Optional<LateDatabase> database,
      Optional<LateDatabase> replica,
      Optional<Broker> broker) {
    if (!settings.gateway().timelines()) {
      return new ServedTimelines(null);
    }
    Optional<URI> redisUrl = settings.redis().url().map(MaskedUrl::reveal).map(URI::create);
    if (redisUrl.isEmpty() || database.isEmpty()) {
      log.warn(
          "gateway.timelines is true, but {} is not set: no timelines are served",
          redisUrl.isEmpty() ? "redis.url" : "database.url");
      return new ServedTimelines(null);
    }
    try {
      return new ServedTimelines(
          Timelines.open(
              ReadingOptions.of(database.get().dataSource(), redisUrl.get())
                  .withTimelines(
                      TimelineOptions.of(settings.broker().namespace(), settings.modules()))
                  .withReplica(replica.map(LateDatabase::dataSource).orElse(null))
                  .withBroker(broker.orElse(null))));
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
  }

  /** Empty when none are served. */
  public Optional<Timelines> timelines() {
    return Optional.ofNullable(timelines);
  }

  @Override
  public void close() {
    if (timelines != null) {
      timelines.close();
    }
  }
}
