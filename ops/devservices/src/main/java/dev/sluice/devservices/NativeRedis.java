package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sets up a Redis or Valkey of our own, which keeps an append-only file. */
final class NativeRedis {

  /** Short, so that tests need not wait long for a fail-over; Redis' default is 15 s. */
  private static final int NODE_TIMEOUT_MILLIS = 2_000;

  private NativeRedis() {}

  static RedisService in(Path folder, ServerRoot root, Spawner spawner) {
    return launch(folder, root, spawner, FreePorts.next(), List.of());
  }

  /** A node of a cluster that is still to be formed. */
  static RedisService clusterNode(Path folder, ServerRoot root, Spawner spawner) {
    return launch(folder, root, spawner, FreePorts.next(), clusterArguments(FreePorts.next()));
  }

  /**
   * Arguments of a node of a cluster.
   *
   * @param busPort where it listens for other nodes; by default Redis adds 10000 to the other port
   */
  static List<String> clusterArguments(int busPort) {
    return List.of(
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        Integer.toString(busPort),
        "--cluster-node-timeout",
        Integer.toString(NODE_TIMEOUT_MILLIS),
        "--repl-diskless-sync-delay",
        "0",
        "--repl-ping-replica-period",
        "1");
  }

  private static RedisService launch(
      Path folder, ServerRoot root, Spawner spawner, int port, List<String> more) {
    String program = root.require(ServiceKind.REDIS, "redis-server", "valkey-server");
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                folder.toString(),
                "--appendonly",
                "yes",
                "--save",
                "",
                "--daemonize",
                "no"));
    command.addAll(more);
    Launch launch = new Launch("redis", command, Map.of("HOME", folder.toString()), folder, port);
    return new RedisService(new NativeServer(spawner, launch, List.of()), folder, port);
  }
}
