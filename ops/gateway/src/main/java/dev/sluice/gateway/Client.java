package dev.sluice.gateway;

import dev.sluice.settings.GatewaySettings;

/** Whom a token stands for, and what it allows. Holds the token's hash, never the token. */
final class Client {
  private final String name;
  private final byte[] sha256;
  private final NamePatterns tasks;
  private final NamePatterns queues;
  private final boolean timelines;

  Client(String name, byte[] sha256, GatewaySettings.Token allowed) {
    this.name = name;
    this.sha256 = sha256.clone();
    tasks = new NamePatterns(allowed.tasks());
    queues = new NamePatterns(allowed.queues());
    timelines = allowed.timelines();
  }

  String name() {
    return name;
  }

  /** The hash itself, not a copy: for the comparison alone. */
  byte[] sha256() {
    return sha256;
  }

  boolean mayEnqueue(String task) {
    return tasks.include(task);
  }

  boolean mayName(String queue) {
    return queues.include(queue);
  }

  /** Whether the task is its to know about, its name being unknown. */
  boolean seesEveryTask() {
    return tasks.includeAll();
  }

  boolean mayReadTimelines() {
    return timelines;
  }

  @Override
  public String toString() {
    return name;
  }
}
