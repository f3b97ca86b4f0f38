package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisMaster;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Walks over the names of all timelines, one walk for each server, page by page. Where a walk has
 * come to is a short text: it goes on from there in another process, or a day later. A name may
 * come twice; one that moves to another server of a cluster meanwhile may be missed.
 *
 * <p>A server's cursors mean something to that run of that server alone. After a restart or a
 * fail-over its walk begins again, on whichever server has taken its place.
 *
 * <p>Every method throws {@link dev.sluice.redis.RedisUnavailable} when a server is away.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class TimelineScan {
  private final Redis redis;
  private final String pattern;

  TimelineScan(Redis redis, String pattern) {
    this.redis = redis;
    this.pattern = pattern;
  }

  /**
   * A page of names.
   *
   * @param timelines as many as asked for, more or fewer; perhaps none
   * @param position where the next page begins; null when this was the last
   */
  public record Page(List<String> timelines, @Nullable String position) {}

  /** The walks: one for each server that holds keys now, by a name that outlives the server. */
  public List<String> walks() {
    return redis.shards();
  }

  /**
   * The next page of a walk.
   *
   * @param position where it begins; null for the start
   * @param count how many keys of any kind the server looks at, about
   */
  public Page next(String walk, @Nullable String position, int count) {
    RedisMaster server = redis.master(walk);
    String run = server.run() + ' ';
    String cursor =
        position != null && position.startsWith(run)
            ? position.substring(run.length())
            : ScanParams.SCAN_POINTER_START;
    ScanParams page = new ScanParams().match(pattern).count(count);
    ScanResult<String> names = server.call(Redis.COMMANDS.scan(cursor, page, "zset"));
    return new Page(
        names.getResult(), names.isCompleteIteration() ? null : run + names.getCursor());
  }
}
