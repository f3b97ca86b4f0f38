package dev.sluice.gateway;

import java.util.List;

/** Whom a token stands for, and what it allows. Holds the token's hash, never the token. */
final class Client {
  private final String name;
  private final byte[] sha256;
  private final NamePatterns tasks;
  private final NamePatterns queues;

  Client(String name, byte[] sha256, List<String> tasks, List<String> queues) {
    this.name = name;
    this.sha256 = sha256.clone();
    this.tasks = new NamePatterns(tasks);
    this.queues = new NamePatterns(queues);
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

  @Override
  public String toString() {
    return name;
  }
}
