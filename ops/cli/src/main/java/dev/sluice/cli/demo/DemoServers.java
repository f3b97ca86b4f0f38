package dev.sluice.cli.demo;

import dev.sluice.broker.Broker;
import dev.sluice.database.Database;
import java.net.URI;
import java.util.Map;

/** The servers that a demo runs on, and the worker that goes with them. */
interface DemoServers extends AutoCloseable {

  /** What the demo talks to, for a person; without passwords. */
  String description();

  /** The demo's own connection, for publishing and for the scheduler. */
  Broker broker();

  /** Migrated. */
  Database database();

  URI redisUrl();

  /**
   * Starts a worker with the handlers of timelines and of the demo.
   *
   * @param modules properties of the task modules
   */
  DemoWorker startWorker(Map<String, String> modules);

  /** Restarts the broker and returns when it answers again. */
  void restartBroker();

  @Override
  void close();
}
