package dev.sluice.redis;

import java.util.Set;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Redis cannot take commands right now: nobody's task is to blame. */
public final class RedisUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** First words of the errors that a healthy command gets from a Redis in trouble. */
  private static final Set<String> TROUBLE =
      Set.of(
          "OOM",
          "LOADING",
          "READONLY",
          "MISCONF",
          "BUSY",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "NOREPLICAS");

  private RedisUnavailable(JedisException cause) {
    super("Redis is unavailable: " + cause.getMessage(), cause);
  }

  /** {@code error} itself when the command was wrong, else that Redis is unavailable. */
  static RuntimeException or(JedisException error) {
    if (!(error instanceof JedisDataException) || error instanceof JedisAccessControlException) {
      return new RedisUnavailable(error);
    }
    String message = String.valueOf(error.getMessage());
    String firstWord = message.split(" ", 2)[0];
    return TROUBLE.contains(firstWord) ? new RedisUnavailable(error) : error;
  }
}
