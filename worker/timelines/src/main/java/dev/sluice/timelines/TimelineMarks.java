package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.params.SetParams;

/**
 * Two marks beside a timeline, in the same slot of Redis, so that they are lost together: kept, it
 * is written to from now on; built, what was due before is in it. With both it is complete.
 *
 * <p>A mark never outlives its timeline: reading puts off the end of all three.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class TimelineMarks {
  /** Longer than any rebuild takes; one that was broken off is begun anew. */
  private static final Duration BUILDING = Duration.ofMinutes(10);

  private final CommandObjects commands = Redis.COMMANDS;
  private final Redis redis;
  private final TimelineKeys keys;
  private final long idleSeconds;

  TimelineMarks(Redis redis, TimelineOptions options) {
    this.redis = redis;
    keys = new TimelineKeys(options.namespace());
    idleSeconds = options.idle().toSeconds();
  }

  /** Whether a timeline is complete; puts off its end. */
  boolean complete(String timeline) {
    List<Long> present =
        redis.run(
            List.of(
                commands.expire(keys.kept(timeline), idleSeconds),
                commands.expire(keys.built(timeline), idleSeconds),
                commands.expire(timeline, idleSeconds)));
    return present.get(0) == 1 && present.get(1) == 1;
  }

  /** From now on the timeline is written to. */
  void begin(String timeline) {
    redis.run(
        List.of(
            commands.set(
                keys.kept(timeline), "1", SetParams.setParams().ex(BUILDING.toSeconds()))));
  }

  /**
   * What was due before is in it, too.
   *
   * @return false when the first mark was lost meanwhile, and with it perhaps what was written
   */
  boolean end(String timeline) {
    long kept = redis.run(List.of(commands.expire(keys.kept(timeline), idleSeconds))).get(0);
    if (kept == 0) {
      return false;
    }
    redis.run(
        List.of(commands.set(keys.built(timeline), "1", SetParams.setParams().ex(idleSeconds))));
    return true;
  }
}
