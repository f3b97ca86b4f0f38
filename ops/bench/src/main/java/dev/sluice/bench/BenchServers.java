package dev.sluice.bench;

import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The servers of one run: those that were named, and private ones for the rest. */
final class BenchServers implements AutoCloseable {
  private final @Nullable String rabbitUrl;
  private final @Nullable String databaseUrl;
  private final @Nullable DevServices started;

  private BenchServers(
      @Nullable String rabbitUrl, @Nullable String databaseUrl, @Nullable DevServices started) {
    this.rabbitUrl = rabbitUrl;
    this.databaseUrl = databaseUrl;
    this.started = started;
  }

  /** A RabbitMQ alone. */
  static BenchServers rabbit(BenchOptions options) {
    return open(options, null, EnumSet.of(ServiceKind.RABBIT));
  }

  /**
   * A RabbitMQ and a database.
   *
   * @param databaseUrl null for a private one
   */
  static BenchServers withDatabase(BenchOptions options, @Nullable String databaseUrl) {
    return open(options, databaseUrl, EnumSet.of(ServiceKind.RABBIT, ServiceKind.DATABASE));
  }

  /** A RabbitMQ, and a database and a Redis that are private: for millions of rows and keys. */
  static BenchServers withTimelines(BenchOptions options) {
    return open(options, null, EnumSet.allOf(ServiceKind.class));
  }

  private static BenchServers open(
      BenchOptions options, @Nullable String databaseUrl, Set<ServiceKind> needed) {
    // Before anything starts that takes long.
    options.rounds();
    Set<ServiceKind> missing = EnumSet.copyOf(needed);
    if (options.url() != null) {
      missing.remove(ServiceKind.RABBIT);
    }
    if (databaseUrl != null) {
      missing.remove(ServiceKind.DATABASE);
    }
    DevServices started = null;
    if (!missing.isEmpty()) {
      ServiceKind[] kinds = missing.toArray(ServiceKind[]::new);
      started =
          DevServices.start(
              ServiceOptions.of(kinds[0], kinds).withGeneration(options.generation()));
    }
    return new BenchServers(options.url(), databaseUrl, started);
  }

  String rabbitUrl() {
    return rabbitUrl != null ? rabbitUrl : privateRabbit().url();
  }

  /** The private RabbitMQ, which may be stopped and started. */
  RabbitService privateRabbit() {
    return Objects.requireNonNull(started, "RabbitMQ was named").rabbit();
  }

  /** The private database server, which may be stopped and started. */
  DatabaseService privateDatabase() {
    return Objects.requireNonNull(started, "the database was named").database();
  }

  /** The private Redis. */
  String redisUrl() {
    return Objects.requireNonNull(started, "no Redis").redis().url();
  }

  DatabaseOptions database() {
    if (databaseUrl != null) {
      return DatabaseOptions.of(databaseUrl);
    }
    DatabaseService service = Objects.requireNonNull(started, "no database").database();
    return DatabaseOptions.of(service.jdbcUrl()).user(service.user()).password(service.password());
  }

  @Override
  public void close() {
    if (started != null) {
      started.close();
    }
  }
}
