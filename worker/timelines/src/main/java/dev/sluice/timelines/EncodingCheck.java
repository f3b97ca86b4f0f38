package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisUnavailable;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Finds out at the start whether full timelines keep Redis' compact encoding. The entry over the
 * cap is added before the trim; if it does not fit, each timeline takes six times the memory for
 * the rest of its life.
 */
public final class EncodingCheck {
  private static final Logger log = LoggerFactory.getLogger(EncodingCheck.class);
  private static final String LISTPACK = "zset-max-listpack-entries";
  private static final String ZIPLIST = "zset-max-ziplist-entries";

  private EncodingCheck() {}

  /**
   * @throws IllegalArgumentException when the cap is too high for this Redis, with the fix
   */
  public static void check(Redis redis, int cap) {
    Map<String, String> found;
    try {
      found = redis.call(jedis -> jedis.configGet(LISTPACK));
      if (found.isEmpty()) {
        found = redis.call(jedis -> jedis.configGet(ZIPLIST));
      }
    } catch (JedisDataException e) {
      log.warn(
          "Redis does not tell its settings ({}); make sure that {} is over {}",
          e.getMessage(),
          LISTPACK,
          cap);
      return;
    } catch (RedisUnavailable e) {
      log.warn("Redis is away, its settings are not checked: {}", e.getMessage());
      return;
    }
    found.forEach((setting, entries) -> check(setting, Integer.parseInt(entries), cap));
  }

  private static void check(String setting, int entries, int cap) {
    if (entries <= cap) {
      throw new IllegalArgumentException(
          "Redis has "
              + setting
              + " "
              + entries
              + ", which must be over timelines.cap, "
              + cap
              + ": set `"
              + setting
              + " "
              + (cap + 8)
              + "` in redis.conf, or timelines.cap to at most "
              + (entries - 1));
    }
  }
}
