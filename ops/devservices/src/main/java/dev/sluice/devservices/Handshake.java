package dev.sluice.devservices;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Properties;

/** Talks to a server as a client does, the only proof that it is ready. */
final class Handshake {

  private static final int MILLIS = 5_000;

  private Handshake() {}

  /**
   * Name and version as the server tells them.
   *
   * @throws Exception of the client, if the server does not answer as it should
   */
  static String with(ServiceKind kind, String url) throws Exception {
    return switch (kind) {
      case RABBIT -> rabbit(url);
      case DATABASE -> database(url);
      case REDIS -> redis(URI.create(url));
    };
  }

  private static String rabbit(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(MILLIS);
    factory.setHandshakeTimeout(MILLIS);
    try (Connection connection = factory.newConnection("devservices")) {
      connection.createChannel().close();
      return "RabbitMQ " + connection.getServerProperties().get("version");
    }
  }

  private static String database(String url) throws Exception {
    Properties limits = new Properties();
    limits.setProperty("connectTimeout", Integer.toString(MILLIS));
    limits.setProperty("socketTimeout", Integer.toString(MILLIS));
    try (var connection = DriverManager.getConnection(url, limits);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT VERSION()")) {
      row.next();
      String version = row.getString(1);
      String name = version.contains("MariaDB") ? "MariaDB " : "MySQL ";
      return name + version.replaceAll("-.*", "");
    }
  }

  private static String redis(URI url) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), MILLIS);
      socket.setSoTimeout(MILLIS);
      BufferedReader replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      send(socket, "PING");
      // While it loads its file it answers -LOADING.
      if (!"+PONG".equals(replies.readLine())) {
        throw new IOException("Redis is not ready yet");
      }
      send(socket, "INFO server");
      return redisVersion(replies);
    }
  }

  private static void send(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String redisVersion(BufferedReader replies) throws IOException {
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
