package dev.sluice.redis;

import redis.clients.jedis.exceptions.JedisException;

/** Redis cannot take commands right now: nobody's task is to blame. */
public final class RedisUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisUnavailable(String message, JedisException cause) {
    super("Redis is unavailable: " + message, cause);
  }

  /** {@code error} itself when the command was wrong, else that Redis is unavailable. */
  static RuntimeException or(JedisException error) {
    return switch (Verdict.of(error)) {
      case WRONG -> error;
      case MOVED, ASK ->
          new RedisUnavailable(
              error.getMessage() + " (is it a cluster? then its URL is redis-cluster://…)", error);
      case LATER, DENIED -> new RedisUnavailable(String.valueOf(error.getMessage()), error);
    };
  }
}
