package dev.sluice.devservices;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A real server that may be stopped, killed and started again on the same port and data.
 *
 * <p>Threading: safe.
 */
public abstract sealed class Service permits RabbitService, DatabaseService, RedisService {

  private static final Duration READY_WAIT = Duration.ofSeconds(90);
  private static final Duration STOP_WAIT = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(50);

  private final ServiceKind kind;
  private final Server server;
  private final Path folder;
  private final int port;
  private volatile String version = "";

  Service(ServiceKind kind, Server server, Path folder, int port) {
    this.kind = kind;
    this.server = server;
    this.folder = folder;
    this.port = port;
  }

  /** Where clients connect, with user and password in it; never to be logged. */
  public abstract String url();

  /** Talks to the server as a client does and gives its version. */
  abstract String handshake() throws Exception;

  public final ServiceKind kind() {
    return kind;
  }

  /** The address that may be shown: host and port without credentials. */
  public final String address() {
    return "127.0.0.1:" + port;
  }

  public final int port() {
    return port;
  }

  /** Where the server keeps data, configuration and log. */
  public final Path folder() {
    return folder;
  }

  /** Name and version as the server itself told them. */
  public final String version() {
    return version;
  }

  /** The process id of the server itself. */
  public final long pid() {
    return server.pid();
  }

  public final boolean isRunning() {
    return server.isRunning();
  }

  /**
   * Starts the server unless it runs, and returns when a client has talked to it.
   *
   * @throws DevServicesException with the end of its log, if it ends or is not ready in 90 seconds
   */
  public final void start() {
    server.launch();
    awaitReady();
  }

  /** Stops the server in order, as an operator would; data stay. */
  public final void stop() {
    server.terminate(STOP_WAIT);
  }

  /** Kills the server as {@code kill -9} does; data stay. */
  public final void kill() {
    server.kill();
  }

  /** Stops the server in order and starts it again. */
  public final void restart() {
    stop();
    start();
  }

  final Server server() {
    return server;
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + READY_WAIT.toNanos();
    while (true) {
      boolean running = server.isRunning();
      try {
        version = handshake();
        return;
      } catch (Exception notYet) {
        if (!running || System.nanoTime() - deadline > 0) {
          throw new DevServicesException(
              "%s on port %d %s. Its folder is %s, its log ends so:%n%s"
                  .formatted(
                      kind.title(),
                      port,
                      running
                          ? "does not answer after " + READY_WAIT.toSeconds() + " seconds"
                          : "ended while starting",
                      folder,
                      server.logTail()),
              notYet);
        }
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
