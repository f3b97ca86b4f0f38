package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.database.Database;
import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisOptions;
import dev.sluice.redis.RedisUrl;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** The checks of readiness that every process has: does each server answer? */
final class ServerChecks {
  private static final int PATIENCE_SECONDS = 2;

  private static final RedisOptions HURRY =
      RedisOptions.DEFAULTS
          .withConnect(Duration.ofSeconds(PATIENCE_SECONDS))
          .withReply(Duration.ofSeconds(PATIENCE_SECONDS))
          .withPatience(Duration.ZERO)
          .withConnections(1);

  private ServerChecks() {}

  static void add(
      Health health, SluiceSettings settings, Broker broker, Optional<Database> database) {
    health.check("broker", () -> broker(broker.health()));
    database.ifPresent(opened -> health.check("database", () -> database(opened.dataSource())));
    settings.redis().url().ifPresent(url -> health.check("redis", () -> redis(url)));
  }

  /** Adds the check of a named database. */
  static void addDatabase(Health health, String name, DataSource database) {
    health.check("database " + name, () -> database(database));
  }

  private static Optional<String> broker(BrokerHealth health) {
    return health.connected() && !health.blocked()
        ? Optional.empty()
        : Optional.of(health.detail());
  }

  private static Optional<String> database(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      return connection.isValid(PATIENCE_SECONDS)
          ? Optional.empty()
          : Optional.of("the database does not answer");
    }
  }

  private static Optional<String> redis(MaskedUrl url) {
    try (Redis redis = Redis.open(RedisUrl.uri(url.reveal()), HURRY)) {
      return redis.problem().map(problem -> url + " is not well: " + MaskedUrl.mask(problem));
    }
  }
}
