package dev.sluice.redis;

import java.net.URI;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/** Makes Jedis' clients. */
public final class RedisConnections {
  /** Of one command that Jedis sends by itself; it counts redirections, too. */
  private static final int MAX_ATTEMPTS = 5;

  /** Spoken by every Redis; commands that are built elsewhere must be built for it. */
  static final RedisProtocol PROTOCOL = RedisProtocol.RESP2;

  private RedisConnections() {}

  /**
   * A plain client of one server or of a cluster. That of a server connects when it is first used,
   * that of a cluster at once.
   *
   * @param url as {@link RedisUrl#of} reads it
   * @throws IllegalArgumentException when it is none; the message does not hold the password
   * @throws redis.clients.jedis.exceptions.JedisException when no node of the cluster answers
   */
  public static UnifiedJedis open(URI url) {
    RedisUrl parsed = RedisUrl.of(url);
    RedisOptions options = RedisOptions.DEFAULTS;
    return parsed.cluster()
        ? cluster(parsed, options, provider(parsed, options))
        : single(parsed, options);
  }

  static RedisClient single(RedisUrl url, RedisOptions options) {
    return RedisClient.builder()
        .hostAndPort(node(url))
        .clientConfig(client(url, options))
        .poolConfig(pool(options))
        .build();
  }

  /** Connects to the first node that answers and asks it for the others. */
  static ClusterConnectionProvider provider(RedisUrl url, RedisOptions options) {
    return new ClusterConnectionProvider(url.nodes(), client(url, options), pool(options));
  }

  static RedisClusterClient cluster(
      RedisUrl url, RedisOptions options, ClusterConnectionProvider provider) {
    return RedisClusterClient.builder()
        .nodes(url.nodes())
        .clientConfig(client(url, options))
        .connectionProvider(provider)
        .maxAttempts(MAX_ATTEMPTS)
        .maxTotalRetriesDuration(options.patience())
        .build();
  }

  /** The one server of a URL that is no cluster's. */
  static HostAndPort node(RedisUrl url) {
    return url.nodes().iterator().next();
  }

  private static JedisClientConfig client(RedisUrl url, RedisOptions options) {
    DefaultJedisClientConfig.Builder client =
        DefaultJedisClientConfig.builder()
            .protocol(PROTOCOL)
            .user(url.user())
            .password(url.password())
            .database(url.database())
            .connectionTimeoutMillis(Math.toIntExact(options.connect().toMillis()))
            .socketTimeoutMillis(Math.toIntExact(options.reply().toMillis()))
            .clientName("sluice");
    if (url.tls()) {
      client.sslOptions(SslOptions.defaults());
    }
    return client.build();
  }

  private static ConnectionPoolConfig pool(RedisOptions options) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(options.connections());
    pool.setMaxIdle(options.connections());
    pool.setMaxWait(options.reply());
    return pool;
  }
}
