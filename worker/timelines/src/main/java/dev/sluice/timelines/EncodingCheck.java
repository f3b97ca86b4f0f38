package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisMaster;
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
   * Looks at every server that holds timelines.
   *
   * @throws IllegalArgumentException when the cap is too high for one of them, with the fix
   */
  public static void check(Redis redis, int cap) {
    try {
      for (RedisMaster master : redis.masters()) {
        entries(master)
            .forEach(
                (setting, entries) ->
                    check(master.address(), setting, Integer.parseInt(entries), cap));
      }
    } catch (JedisDataException e) {
      log.warn(
          "Redis does not tell its settings ({}); make sure that {} is over {}",
          e.getMessage(),
          LISTPACK,
          cap);
    } catch (RedisUnavailable e) {
      log.warn("The settings of Redis are not checked. {}", e.getMessage());
    }
  }

  private static Map<String, String> entries(RedisMaster master) {
    Map<String, String> found = master.call(Redis.COMMANDS.configGet(LISTPACK));
    return found.isEmpty() ? master.call(Redis.COMMANDS.configGet(ZIPLIST)) : found;
  }

  private static void check(String address, String setting, int entries, int cap) {
    if (entries <= cap) {
      throw new IllegalArgumentException(
          "Redis at "
              + address
              + " has "
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
