package dev.sluice.redis;

import java.net.URI;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.util.JedisURIHelper;

/** Opens pools of connections to Redis. */
public final class RedisConnections {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int REPLY_MILLIS = 5_000;

  /** Handlers beyond this many wait for a connection; each holds one for a few milliseconds. */
  private static final int MAX_CONNECTIONS = 64;

  /** Spoken by every Redis; commands that are built elsewhere must be built for it. */
  static final RedisProtocol PROTOCOL = RedisProtocol.RESP2;

  private RedisConnections() {}

  /**
   * A pool that connects when it is first used.
   *
   * @param url {@code redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]}, or {@code rediss://}
   * @throws IllegalArgumentException when it is none; the message does not hold the password
   */
  public static RedisClient open(URI url) {
    if (!JedisURIHelper.isValid(url)
        || !JedisURIHelper.isRedisScheme(url) && !JedisURIHelper.isRedisSSLScheme(url)) {
      throw new IllegalArgumentException(
          "the Redis URL must be redis://[[USER]:PASSWORD@]HOST:PORT[/DATABASE] or rediss://…, has"
              + " scheme "
              + url.getScheme()
              + ", host "
              + url.getHost()
              + " and port "
              + url.getPort());
    }
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(MAX_CONNECTIONS);
    pool.setMaxIdle(MAX_CONNECTIONS);
    DefaultJedisClientConfig.Builder client =
        DefaultJedisClientConfig.builder()
            .protocol(PROTOCOL)
            .user(JedisURIHelper.getUser(url))
            .password(JedisURIHelper.getPassword(url))
            .database(JedisURIHelper.getDBIndex(url))
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(REPLY_MILLIS)
            .clientName("sluice");
    if (JedisURIHelper.isRedisSSLScheme(url)) {
      client.sslOptions(SslOptions.defaults());
    }
    return RedisClient.builder()
        .hostAndPort(JedisURIHelper.getHostAndPort(url))
        .clientConfig(client.build())
        .poolConfig(pool)
        .build();
  }
}
