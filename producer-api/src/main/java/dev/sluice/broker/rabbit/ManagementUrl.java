package dev.sluice.broker.rabbit;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where RabbitMQ's management API is, and as whom to ask it.
 *
 * @param base {@code http://host:15672}, without user and password
 * @param userInfo {@code user:password}
 * @param virtualHost of the queues
 */
record ManagementUrl(String base, String userInfo, String virtualHost) {
  private static final String DEFAULT_USER = "guest:guest";

  /**
   * Reads a URL.
   *
   * @param amqp where the queues are; its user is taken when {@code url} has none
   * @throws IllegalArgumentException when it cannot be used; does not hold its text
   */
  static ManagementUrl of(String url, URI amqp) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw unusable();
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null) {
      throw unusable();
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    String user = uri.getRawUserInfo() == null ? amqp.getRawUserInfo() : uri.getRawUserInfo();
    String amqpPath = amqp.getRawPath() == null ? "" : amqp.getRawPath();
    return new ManagementUrl(
        uri.getScheme() + "://" + uri.getHost() + port + path,
        user == null ? DEFAULT_USER : decoded(user),
        amqpPath.length() < 2 ? "/" : decoded(amqpPath.substring(1)));
  }

  URI queue(String name) {
    return URI.create(base + "/api/queues/" + encoded(virtualHost) + "/" + encoded(name));
  }

  String authorization() {
    byte[] pair = userInfo.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return base;
  }

  private static IllegalArgumentException unusable() {
    return new IllegalArgumentException(
        "the URL of the management API must look like http://user:password@host:15672, or https://…;"
            + " write special characters of user and password as %XX");
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
