package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Sets up a Redis or Valkey of our own, which keeps an append-only file. */
final class NativeRedis {

  private NativeRedis() {}

  static RedisService in(Path folder, ServerRoot root, Spawner spawner) {
    String program = root.require(ServiceKind.REDIS, "redis-server", "valkey-server");
    int port = FreePorts.next();
    List<String> command =
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
            "no");
    Launch launch = new Launch("redis", command, Map.of("HOME", folder.toString()), folder, port);
    return new RedisService(new NativeServer(spawner, launch, List.of()), folder, port);
  }
}
