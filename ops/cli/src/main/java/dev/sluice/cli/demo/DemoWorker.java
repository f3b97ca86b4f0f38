package dev.sluice.cli.demo;

/** A running worker. */
interface DemoWorker extends AutoCloseable {

  /** Kills it as {@code kill -9} does, and starts another one. */
  void killAndRestart();

  /**
   * Checks that it has not ended by itself.
   *
   * @throws dev.sluice.cli.CommandFailed when it has, with the place of its log
   */
  void requireAlive();

  /** Drains it. */
  @Override
  void close();
}
