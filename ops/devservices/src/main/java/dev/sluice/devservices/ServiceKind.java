package dev.sluice.devservices;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The three servers that Sluice talks to. */
public enum ServiceKind {
  RABBIT("RabbitMQ"),
  DATABASE("MySQL or MariaDB"),
  REDIS("Redis");

  private final String title;

  ServiceKind(String title) {
    this.title = title;
  }

  /** The name as a person writes it. */
  public String title() {
    return title;
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
