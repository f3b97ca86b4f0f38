package dev.sluice.timelines;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Timelines in Redis: capped sorted sets, score = the post's own time in milliseconds, member = its
 * id. Adding is idempotent and its result does not depend on the order of the calls.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class TimelineStore {
  private static final Logger log = LoggerFactory.getLogger(TimelineStore.class);

  /** Timelines written before the replies are read; more would only make other clients wait. */
  private static final int FLUSH = 250;

  private static final int SCAN_COUNT = 1000;

  private final UnifiedJedis redis;
  private final TimelineKeys keys;
  private final int cap;
  private final long idleSeconds;
  private final AtomicBoolean away = new AtomicBoolean();

  public TimelineStore(UnifiedJedis redis, TimelineOptions options) {
    this.redis = redis;
    keys = new TimelineKeys(options.namespace());
    cap = options.cap();
    idleSeconds = options.idle().toSeconds();
  }

  public TimelineKeys keys() {
    return keys;
  }

  /**
   * Adds a post to timelines and trims each of them.
   *
   * @throws RedisUnavailable when not every reply was good; adding again is harmless
   */
  public void add(List<String> timelines, long post, Instant createdAt) {
    double score = createdAt.toEpochMilli();
    String member = Long.toString(post);
    for (int from = 0; from < timelines.size(); from += FLUSH) {
      List<String> some = timelines.subList(from, Math.min(from + FLUSH, timelines.size()));
      pipelined(
          pipeline -> {
            List<Response<?>> replies = new ArrayList<>(3 * some.size());
            for (String timeline : some) {
              // Add, then trim: the other way round, an old post would push out a newer one.
              replies.add(pipeline.zadd(timeline, score, member));
              replies.add(pipeline.zremrangeByRank(timeline, 0, -(cap + 1L)));
              replies.add(pipeline.expire(timeline, idleSeconds));
            }
            return replies;
          });
    }
  }

  /** Ids of the newest posts of a timeline, newest first. */
  public List<Long> newest(String timeline, int limit) {
    ZRangeParams newestFirst = ZRangeParams.zrangeParams(0, limit - 1L).rev();
    return guarded(() -> redis.zrange(timeline, newestFirst)).stream().map(Long::valueOf).toList();
  }

  /** One page of the names of all timelines; a name may come twice. */
  public ScanResult<String> scan(String cursor) {
    ScanParams page = new ScanParams().match(keys.pattern()).count(SCAN_COUNT);
    return guarded(() -> redis.scan(cursor, page, "zset"));
  }

  /** Removes posts older than {@code oldest} and those over a cap; returns how many. */
  public long truncate(List<String> timelines, Instant oldest, int toCap) {
    long removed = 0;
    for (int from = 0; from < timelines.size(); from += FLUSH) {
      List<String> some = timelines.subList(from, Math.min(from + FLUSH, timelines.size()));
      List<Response<Long>> counts =
          pipelined(
              pipeline -> {
                List<Response<Long>> replies = new ArrayList<>(2 * some.size());
                for (String timeline : some) {
                  replies.add(
                      pipeline.zremrangeByScore(timeline, "-inf", "(" + oldest.toEpochMilli()));
                  replies.add(pipeline.zremrangeByRank(timeline, 0, -(toCap + 1L)));
                }
                return replies;
              });
      removed += counts.stream().mapToLong(Response::get).sum();
    }
    return removed;
  }

  /** Adds to the tally that operators see. */
  public void countTruncation(long removed) {
    pipelined(
        pipeline ->
            List.of(
                pipeline.hincrBy(keys.truncation(), "runs", 1),
                pipeline.hincrBy(keys.truncation(), "removed", removed)));
  }

  /** Sends commands together and checks every reply. */
  private <R extends Response<?>> List<R> pipelined(Function<AbstractPipeline, List<R>> commands) {
    return guarded(
        () -> {
          try (AbstractPipeline pipeline = redis.pipelined()) {
            List<R> replies = commands.apply(pipeline);
            pipeline.sync();
            // A reply that is an error throws here; one that never came does, too.
            replies.forEach(Response::get);
            return replies;
          }
        });
  }

  private <T> T guarded(Supplier<T> commands) {
    try {
      T result = commands.get();
      if (away.compareAndSet(true, false)) {
        log.info("Redis answers again");
      }
      return result;
    } catch (JedisException e) {
      RuntimeException error = RedisUnavailable.or(e);
      if (error instanceof RedisUnavailable && away.compareAndSet(false, true)) {
        log.warn("{}; tasks wait and no attempt is used up", error.getMessage());
      }
      throw error;
    }
  }
}
