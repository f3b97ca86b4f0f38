package dev.sluice.devservices;

import java.time.Duration;

/** One server that can be started and ended again and again, as a process or in a container. */
interface Server {

  /** Starts it without waiting until it answers. */
  void launch();

  /** Asks it to stop, waits so long, then kills it. */
  void terminate(Duration grace);

  /** Kills it as {@code kill -9} does. */
  void kill();

  /** Ends it and everything that belongs to it, for good. */
  void end();

  boolean isRunning();

  /** The process id of the server itself, never that of a script that started it. */
  long pid();

  /** The last lines it wrote, for error messages. */
  String logTail();

  /** Runs a command-line program of the server's own beside it and gives what it printed. */
  String run(String program, String... arguments);
}
