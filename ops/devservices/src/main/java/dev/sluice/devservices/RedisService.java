package dev.sluice.devservices;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A private Redis (or Valkey) that keeps an append-only file.
 *
 * <p>Threading: safe.
 */
public final class RedisService extends Service {

  private static final int HANDSHAKE_MILLIS = 5_000;

  RedisService(Server server, Path folder, int port) {
    super(ServiceKind.REDIS, server, folder, port);
  }

  @Override
  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  @Override
  String handshake() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), HANDSHAKE_MILLIS);
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      BufferedReader replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      send(socket, "PING");
      // While it loads its file it answers -LOADING.
      if (!"+PONG".equals(replies.readLine())) {
        throw new IOException("Redis is not ready yet");
      }
      send(socket, "INFO server");
      return version(replies);
    }
  }

  private static void send(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String version(BufferedReader replies) throws IOException {
    int length = Integer.parseInt(replies.readLine().substring(1));
    String version = "Redis";
    for (int read = 0; read < length; ) {
      String line = replies.readLine();
      read += line.length() + 2;
      if (line.startsWith("redis_version:")) {
        version = "Redis " + line.substring("redis_version:".length());
      }
    }
    return version;
  }
}
