package dev.sluice.devservices;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A generation of server versions, named after the Debian release that ships it. */
public enum Generation {
  /** The machine's own packages; on Debian 12: RabbitMQ 3.10, MariaDB 10.11, Redis 7.0. */
  BOOKWORM(
      List.of("rabbitmq-server", "mariadb-server", "redis-server"),
      "rabbitmq:3.10",
      "mariadb:10.11",
      "redis:7.0"),
  /** RabbitMQ 4.0, MariaDB 11.8, Redis 8. */
  TRIXIE(
      List.of("rabbitmq-server", "mariadb-server", "redis-server"),
      "rabbitmq:4.0",
      "mariadb:11.8",
      "redis:8.0"),
  /** RabbitMQ 4.3, MySQL 9.7, Redis 8. */
  SID(
      List.of("rabbitmq-server", "mysql-server", "redis-server"),
      "rabbitmq:4.3",
      "mysql:9.7",
      "redis:8.0");

  private final List<String> debianPackages;
  private final List<String> images;

  Generation(List<String> debianPackages, String rabbit, String database, String redis) {
    this.debianPackages = debianPackages;
    this.images = List.of(rabbit, database, redis);
  }

  /** The name as options, environment variables and folders carry it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The Debian packages that hold the three servers. */
  List<String> debianPackages() {
    return debianPackages;
  }

  /** The container image of a server of this generation. */
  String image(ServiceKind kind) {
    return images.get(kind.ordinal());
  }

  /**
   * The generation of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static Generation named(String name) {
    return Arrays.stream(values())
        .filter(generation -> generation.id().equals(name.trim().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown server generation '"
                        + name
                        + "'. Use one of: "
                        + Arrays.stream(values())
                            .map(Generation::id)
                            .collect(Collectors.joining(", "))));
  }
}
