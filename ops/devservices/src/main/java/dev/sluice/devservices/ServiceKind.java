package dev.sluice.devservices;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The three servers that Sluice talks to. */
public enum ServiceKind {
  RABBIT("RabbitMQ", "SLUICE_BROKER_URL"),
  DATABASE("MySQL or MariaDB", "SLUICE_DATABASE_URL"),
  REDIS("Redis", "SLUICE_REDIS_URL");

  private final String title;
  private final String variable;

  ServiceKind(String title, String variable) {
    this.title = title;
    this.variable = variable;
  }

  /** The name as a person writes it. */
  public String title() {
    return title;
  }

  /** The environment variable that holds the URL of such a server. */
  public String variable() {
    return variable;
  }

  /** The name as files and folders carry it. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All three. */
  public static Set<ServiceKind> all() {
    return EnumSet.allOf(ServiceKind.class);
  }
}
