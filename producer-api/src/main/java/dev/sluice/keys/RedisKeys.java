package dev.sluice.keys;

import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisOptions;
import dev.sluice.redis.RedisUnavailable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Keys in Redis: a hash each, with a time to live. Each step is one script on one key, which Redis
 * runs whole, in a cluster as well; run once more after a broken connection, it does the same.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class RedisKeys implements KeyStore {
  // Enqueues wait for it: better to do without than to wait long.
  private static final RedisOptions OPTIONS =
      RedisOptions.DEFAULTS
          .withConnect(Duration.ofSeconds(1))
          .withReply(Duration.ofSeconds(1))
          .withPatience(Duration.ofMillis(500))
          .withConnections(16);

  private static final String TAKE =
      "if redis.call('EXISTS', KEYS[1]) == 1 then"
          // The first run of this very call.
          + " if redis.call('HGET', KEYS[1], 'call') == ARGV[5] then return {} end"
          + " return redis.call('HMGET', KEYS[1], 'task', 'confirmed', 'since', 'fingerprint')"
          + " end"
          + " redis.call('HSET', KEYS[1], 'task', ARGV[1], 'confirmed', '0', 'since', ARGV[2],"
          + " 'fingerprint', ARGV[3], 'call', ARGV[5])"
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

  private final Redis redis;
  private final String prefix;

  private RedisKeys(Redis redis, String namespace) {
    this.redis = redis;
    prefix = (namespace.isEmpty() ? "" : namespace + ":") + "sluice:key:";
  }

  /**
   * Keys on a Redis server or cluster, with connections of their own that are made when first
   * needed.
   *
   * @param url as {@link dev.sluice.redis.RedisUrl#of} reads it
   * @param namespace prefix of the keys, as of the queues; empty for none
   * @throws IllegalArgumentException when the URL is none; the message does not hold the password
   */
  public static RedisKeys open(URI url, String namespace) {
    return new RedisKeys(Redis.open(url, OPTIONS), namespace);
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
                Long.toString(claim.ttl().toMillis()),
                UUID.randomUUID().toString());
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
    redis.close();
  }

  private Object run(String verb, String script, KeyName key, String... arguments) {
    try {
      List<String> keys = List.of(prefix + key.text());
      return redis.run(List.of(Redis.COMMANDS.eval(script, keys, List.of(arguments)))).get(0);
    } catch (RedisUnavailable | JedisDataException e) {
      throw new KeyStoreUnavailable(
          "Redis did not " + verb + " key " + key.text() + ": " + e.getMessage(), e);
    }
  }

  private static String text(List<?> reply, int index) {
    return String.valueOf(reply.get(index));
  }
}
