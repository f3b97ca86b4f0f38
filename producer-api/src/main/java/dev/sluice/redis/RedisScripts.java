package dev.sluice.redis;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Runs scripts on a Redis, one server or a cluster, with connections of its own that are made when
 * first needed.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class RedisScripts implements AutoCloseable {
  // Attempts wait for it: better to do without Redis than to wait long.
  private static final RedisOptions OPTIONS =
      RedisOptions.DEFAULTS
          .withConnect(Duration.ofSeconds(1))
          .withReply(Duration.ofSeconds(1))
          .withPatience(Duration.ofMillis(500))
          .withConnections(32);

  private final Redis redis;

  private RedisScripts(Redis redis) {
    this.redis = redis;
  }

  /**
   * For the Redis at this URL, which is waited for two seconds at most.
   *
   * @param url as {@link RedisUrl#of} reads it
   * @throws IllegalArgumentException when it is none; the message does not hold the password
   */
  public static RedisScripts open(URI url) {
    return new RedisScripts(Redis.open(url, OPTIONS));
  }

  /**
   * Runs a script: one round trip, two when the server does not know it yet.
   *
   * @param keys every key that it touches, all of one slot
   * @throws RedisUnavailable when Redis is away
   */
  public Object run(RedisScript script, List<String> keys, List<String> arguments) {
    try {
      return redis.run(List.of(Redis.COMMANDS.evalsha(script.sha1(), keys, arguments))).get(0);
    } catch (JedisNoScriptException firstTimeThere) {
      return redis.run(List.of(Redis.COMMANDS.eval(script.text(), keys, arguments))).get(0);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
