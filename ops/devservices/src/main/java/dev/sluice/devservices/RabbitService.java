package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A private RabbitMQ node.
 *
 * <p>A queue that is declared and at once followed by {@link #kill()} may be gone afterwards, or
 * never get a leader: see {@link #flushDefinitions()}.
 *
 * <p>Threading: safe.
 */
public final class RabbitService extends Service {

  private final Credentials credentials;
  private final OptionalInt managementPort;

  RabbitService(
      Server server, Path folder, int port, Credentials credentials, OptionalInt managementPort) {
    super(ServiceKind.RABBIT, server, folder, port);
    this.credentials = credentials;
    this.managementPort = managementPort;
  }

  /** The AMQP URL of the virtual host {@code /}. */
  @Override
  public String url() {
    return "amqp://%s:%s@127.0.0.1:%d/%%2f"
        .formatted(credentials.user(), credentials.password(), port());
  }

  /** The URL of the management plugin, with user and password in it. */
  public String managementUrl() {
    int port =
        managementPort.orElseThrow(
            () ->
                new DevServicesException(
                    "This RabbitMQ has no management plugin; start it with ServiceOptions.withManagement()"));
    return "http://%s:%s@127.0.0.1:%d".formatted(credentials.user(), credentials.password(), port);
  }

  /**
   * Runs {@code rabbitmqctl} against this node and gives what it printed.
   *
   * @throws DevServicesException with the output, if it fails
   */
  public String ctl(String... arguments) {
    return server().run("rabbitmqctl", arguments);
  }

  /**
   * Writes the definitions of queues to disk. RabbitMQ with Mnesia keeps those of the last seconds
   * in its process, confirmed messages or not: a test that declares a queue and kills the node
   * calls this in between. From 4.2 on there is no Mnesia, and what is declared is on disk.
   */
  public void flushDefinitions() {
    ctl("eval", "catch mnesia:sync_log(), [dets:sync(Table) || Table <- dets:all()], ok.");
  }

  /** Raises the memory alarm, so that publishers are blocked until {@link #clearMemoryAlarm()}. */
  public void raiseMemoryAlarm() {
    ctl("set_vm_memory_high_watermark", "0");
  }

  public void clearMemoryAlarm() {
    ctl("set_vm_memory_high_watermark", "absolute", NativeRabbit.MEMORY);
  }

  /** Closes every client connection, as a fail-over or an operator does. */
  public void closeAllConnections() {
    ctl("close_all_connections", "closed by a test");
  }

  @Override
  String handshake() throws Exception {
    return Handshake.with(kind(), url());
  }
}
