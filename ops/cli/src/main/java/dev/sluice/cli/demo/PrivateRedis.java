package dev.sluice.cli.demo;

import dev.sluice.cli.CommandFailed;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.Engine;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import redis.embedded.RedisServer;

/**
 * A Redis of the demo's own: the machine's {@code redis-server} where there is one, else the one in
 * the embedded-redis jar.
 *
 * @param url where it listens, on this machine only
 */
record PrivateRedis(URI url, String description, Runnable end) implements AutoCloseable {

  static PrivateRedis start() {
    return onPath("redis-server") || onPath("valkey-server") ? ofTheMachine() : ofTheJar();
  }

  private static PrivateRedis ofTheMachine() {
    DevServices services =
        DevServices.start(ServiceOptions.of(ServiceKind.REDIS).withEngine(Engine.NATIVE));
    return new PrivateRedis(
        URI.create(services.redis().url()),
        services.redis().version() + " on " + services.redis().address(),
        services::close);
  }

  private static PrivateRedis ofTheJar() {
    try {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer().port(port).setting("bind 127.0.0.1").build();
      server.start();
      Thread atExit = new Thread(() -> stop(server), "embedded-redis-end");
      Runtime.getRuntime().addShutdownHook(atExit);
      return new PrivateRedis(
          URI.create("redis://127.0.0.1:" + port),
          "Redis of the embedded-redis jar on 127.0.0.1:" + port,
          () -> stop(server));
    } catch (IOException | RuntimeException e) {
      throw new CommandFailed(
          "the Redis of the embedded-redis jar does not start ("
              + e.getMessage()
              + "); install redis-server and try again",
          e);
    }
  }

  @Override
  public void close() {
    end.run();
  }

  private static void stop(RedisServer server) {
    try {
      server.stop();
    } catch (IOException e) {
      throw new CommandFailed("the embedded Redis does not end: " + e.getMessage(), e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
