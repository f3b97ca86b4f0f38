package dev.sluice.redis;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is: one server, or some nodes of a cluster that know the others.
 *
 * @param cluster whether the nodes are a cluster's
 * @param tls whether connections are encrypted
 * @param nodes at least one; exactly one unless it is a cluster
 * @param user null for the default user
 * @param password null for none; never to be logged
 * @param database 0 for a cluster
 */
public record RedisUrl(
    boolean cluster,
    boolean tls,
    Set<HostAndPort> nodes,
    @Nullable String user,
    @Nullable String password,
    int database) {

  private static final int DEFAULT_PORT = 6379;
  private static final int MAX_PORT = 65_535;
  private static final String FORMS =
      "the Redis URL must be redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE] or, for a cluster,"
          + " redis-cluster://[[USER]:PASSWORD@]HOST[:PORT][,HOST[:PORT]…], with rediss and"
          + " rediss-cluster for TLS; ";

  public RedisUrl {
    nodes = Set.copyOf(nodes);
  }

  /**
   * Reads a URL: {@code redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]}, {@code
   * redis-cluster://[[USER]:PASSWORD@]HOST[:PORT][,HOST[:PORT]…]}, or {@code rediss} and {@code
   * rediss-cluster} for TLS. User and password are percent-encoded.
   *
   * @throws IllegalArgumentException saying what is wrong, without the password
   */
  public static RedisUrl of(URI url) {
    String scheme = String.valueOf(url.getScheme());
    boolean cluster = scheme.endsWith("-cluster");
    if (!Set.of("redis", "rediss", "redis-cluster", "rediss-cluster").contains(scheme)) {
      throw new IllegalArgumentException(FORMS + "its scheme is " + scheme);
    }
    // A list of hosts is no host to java.net.URI: it knows the authority only.
    String authority = url.getRawAuthority() == null ? "" : url.getRawAuthority();
    int at = authority.lastIndexOf('@');
    Login login = Login.of(at < 0 ? "" : authority.substring(0, at));
    Set<HostAndPort> nodes = nodes(authority.substring(at + 1));
    if (!cluster && nodes.size() > 1) {
      throw new IllegalArgumentException(
          FORMS + "it names " + nodes.size() + " servers, which takes redis-cluster://");
    }
    int database = database(url.getRawPath() == null ? "" : url.getRawPath());
    if (cluster && database != 0) {
      throw new IllegalArgumentException(
          FORMS + "it names database " + database + ", and a cluster has database 0 only");
    }
    return new RedisUrl(
        cluster, scheme.startsWith("rediss"), nodes, login.user, login.password, database);
  }

  /**
   * Reads a URL from its text.
   *
   * @throws IllegalArgumentException when it is no URL at all; the message does not hold it
   */
  public static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      // The cause quotes the password.
      throw new IllegalArgumentException(
          FORMS + "it has a character that must be percent-encoded, in the password perhaps");
    }
  }

  /** Scheme and nodes; nothing secret. */
  @Override
  public String toString() {
    return (tls ? "rediss" : "redis")
        + (cluster ? "-cluster" : "")
        + "://"
        + String.join(",", nodes.stream().map(HostAndPort::toString).sorted().toList())
        + (database == 0 ? "" : "/" + database);
  }

  private static Set<HostAndPort> nodes(String hosts) {
    Set<HostAndPort> nodes = new LinkedHashSet<>();
    for (String host : hosts.split(",", -1)) {
      nodes.add(node(host));
    }
    return nodes;
  }

  private static HostAndPort node(String text) {
    // The colons inside [::1] are no port's.
    int colon = text.indexOf(':', text.lastIndexOf(']') + 1);
    String host = colon < 0 ? text : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException(FORMS + "a host is missing");
    }
    int port = DEFAULT_PORT;
    if (colon >= 0) {
      port = number("port", text.substring(colon + 1));
      if (port < 1 || port > MAX_PORT) {
        throw new IllegalArgumentException(FORMS + "port " + port + " is not 1 to " + MAX_PORT);
      }
    }
    return new HostAndPort(host, port);
  }

  private static int database(String path) {
    String name = path.startsWith("/") ? path.substring(1) : path;
    return name.isEmpty() ? 0 : number("database", name);
  }

  private static int number(String what, String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      // Unquoted: an @ that was not percent-encoded makes it a part of the password.
      throw new IllegalArgumentException(FORMS + "a " + what + " is no number");
    }
  }

  private record Login(@Nullable String user, @Nullable String password) {
    static Login of(String userInfo) {
      int colon = userInfo.indexOf(':');
      return colon < 0
          ? new Login(decoded(userInfo), null)
          : new Login(
              decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1)));
    }

    private static @Nullable String decoded(String text) {
      // URLDecoder is made for forms, where + is a blank.
      return text.isEmpty()
          ? null
          : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return user + ":***";
    }
  }
}
