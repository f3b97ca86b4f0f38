package dev.sluice.keys;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Keys in Redis: a hash each, with a time to live. Each step is one script, which Redis runs whole.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class RedisKeys implements KeyStore {
  // Enqueues wait for it: better to do without than to wait long.
  private static final int CONNECT_MILLIS = 1_000;
  private static final int REPLY_MILLIS = 1_000;
  private static final int MAX_CONNECTIONS = 16;

  private static final String TAKE =
      "if redis.call('EXISTS', KEYS[1]) == 1 then"
          + " return redis.call('HMGET', KEYS[1], 'task', 'confirmed', 'since', 'fingerprint')"
          + " end"
          + " redis.call('HSET', KEYS[1], 'task', ARGV[1], 'confirmed', '0', 'since', ARGV[2],"
          + " 'fingerprint', ARGV[3])"
          + " redis.call('PEXPIRE', KEYS[1], ARGV[4])"
          + " return {}";
  private static final String CONFIRM =
      "if redis.call('HGET', KEYS[1], 'task') == ARGV[1] then"
          + " redis.call('HSET', KEYS[1], 'confirmed', '1') end return 0";
  private static final String GIVE_UP =
      "local held = redis.call('HMGET', KEYS[1], 'task', 'confirmed')"
          + " if held[1] == ARGV[1] and held[2] == '0' then redis.call('DEL', KEYS[1]) end"
          + " return 0";
  private static final String RELEASE =
      "if redis.call('HGET', KEYS[1], 'task') == ARGV[1] then redis.call('DEL', KEYS[1]) end"
          + " return 0";

  private final UnifiedJedis redis;
  private final boolean owned;
  private final String prefix;

  private RedisKeys(UnifiedJedis redis, boolean owned, String namespace) {
    this.redis = redis;
    this.owned = owned;
    prefix = (namespace.isEmpty() ? "" : namespace + ":") + "sluice:key:";
  }

  /**
   * Keys on a Redis server, with connections of their own that are made when first needed.
   *
   * @param url {@code redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]}, or {@code rediss://}
   * @param namespace prefix of the keys, as of the queues; empty for none
   * @throws IllegalArgumentException when the URL is none; the message does not hold the password
   */
  public static RedisKeys open(URI url, String namespace) {
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
    pool.setMaxWait(Duration.ofMillis(REPLY_MILLIS));
    DefaultJedisClientConfig.Builder client =
        DefaultJedisClientConfig.builder()
            .user(JedisURIHelper.getUser(url))
            .password(JedisURIHelper.getPassword(url))
            .database(JedisURIHelper.getDBIndex(url))
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(REPLY_MILLIS)
            .clientName("sluice");
    if (JedisURIHelper.isRedisSSLScheme(url)) {
      client.sslOptions(SslOptions.defaults());
    }
    RedisClient redis =
        RedisClient.builder()
            .hostAndPort(JedisURIHelper.getHostAndPort(url))
            .clientConfig(client.build())
            .poolConfig(pool)
            .build();
    return new RedisKeys(redis, true, namespace);
  }

  /** Keys on a client, a cluster's for example, which stays the caller's to close. */
  public static RedisKeys on(UnifiedJedis redis, String namespace) {
    return new RedisKeys(redis, false, namespace);
  }

  @Override
  public Holding take(KeyName key, Claim claim) {
    byte[] fingerprint = claim.fingerprint();
    List<?> held =
        (List<?>)
            run(
                "take",
                TAKE,
                key,
                claim.taskId(),
                Long.toString(claim.now().toEpochMilli()),
                HexFormat.of().formatHex(fingerprint),
                Long.toString(claim.ttl().toMillis()));
    if (held.isEmpty()) {
      return new Holding(claim.taskId(), true, false, claim.now(), fingerprint);
    }
    return new Holding(
        text(held, 0),
        false,
        text(held, 1).equals("1"),
        Instant.ofEpochMilli(Long.parseLong(text(held, 2))),
        HexFormat.of().parseHex(text(held, 3)));
  }

  @Override
  public void confirm(KeyName key, String taskId) {
    run("confirm", CONFIRM, key, taskId);
  }

  @Override
  public void giveUp(KeyName key, String taskId) {
    run("give up", GIVE_UP, key, taskId);
  }

  @Override
  public void release(KeyName key, String taskId) {
    run("release", RELEASE, key, taskId);
  }

  @Override
  public void close() {
    if (owned) {
      redis.close();
    }
  }

  private Object run(String verb, String script, KeyName key, String... arguments) {
    try {
      return redis.eval(script, List.of(prefix + key.text()), List.of(arguments));
    } catch (JedisException e) {
      throw new KeyStoreUnavailable(
          "Redis did not " + verb + " key " + key.text() + ": " + e.getMessage(), e);
    }
  }

  private static String text(List<?> reply, int index) {
    return String.valueOf(reply.get(index));
  }
}
