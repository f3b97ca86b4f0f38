package dev.sluice.devservices;

/** What to do when a server is missing. */
final class Advice {

  private Advice() {}

  static String missing(ServiceKind kind, String program) {
    return "%s is not on this machine (no program '%s') and no Docker engine answers. %s"
        .formatted(kind.title(), program, install(kind));
  }

  private static String install(ServiceKind kind) {
    String debian =
        switch (kind) {
          case RABBIT -> "rabbitmq-server";
          case DATABASE -> "mariadb-server";
          case REDIS -> "redis-server";
        };
    String homebrew =
        switch (kind) {
          case RABBIT -> "rabbitmq";
          case DATABASE -> "mariadb";
          case REDIS -> "redis";
        };
    return "On Debian or Ubuntu: sudo apt-get install %s (or, as root, 'ops/sluice test' does it). On macOS: brew install %s."
        .formatted(debian, homebrew);
  }
}
