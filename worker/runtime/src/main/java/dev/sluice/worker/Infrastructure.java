package dev.sluice.worker;

import dev.sluice.broker.BrokerException;
import dev.sluice.database.SqlErrors;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells failures of a database, a broker or Redis from those of the task. */
final class Infrastructure {
  /** By name: a worker need not have Jedis on its class path. */
  private static final Set<String> REDIS_AWAY =
      Set.of(
          "dev.sluice.redis.RedisUnavailable",
          "redis.clients.jedis.exceptions.JedisConnectionException",
          "redis.clients.jedis.exceptions.JedisClusterOperationException");

  private static final int DEEPEST_CAUSE = 50;

  private Infrastructure() {}

  /** What is away, for a person; null when the task itself failed. */
  static @Nullable String away(Throwable thrown) {
    int depth = 0;
    for (Throwable t = thrown; t != null && depth < DEEPEST_CAUSE; t = t.getCause(), depth++) {
      if (t instanceof SQLException sql && SqlErrors.classify(sql).infrastructure()) {
        return "the database is away: " + t.getMessage();
      }
      if (t instanceof BrokerException.Unavailable || t instanceof BrokerException.Unknown) {
        return "the broker is away: " + t.getMessage();
      }
      for (Class<?> c = t.getClass(); c != null; c = c.getSuperclass()) {
        if (REDIS_AWAY.contains(c.getName())) {
          return "Redis is away: " + t.getMessage();
        }
      }
    }
    return null;
  }

  /** The SQL error that {@code thrown} is, or was caused by. */
  static @Nullable SQLException sql(Throwable thrown) {
    int depth = 0;
    for (Throwable t = thrown; t != null && depth < DEEPEST_CAUSE; t = t.getCause(), depth++) {
      if (t instanceof SQLException sql) {
        return sql;
      }
    }
    return null;
  }
}
