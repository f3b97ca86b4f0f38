package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.CommandObject;

/**
 * What the truncation of timelines has done, for operators: in all, and by run for a week. A step
 * that a crash repeats finds nothing to remove, but looks at its timelines again.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class TruncationTally {
  private static final Duration KEPT = Duration.ofDays(7);
  private static final String RUNS = "runs";
  private static final String TIMELINES = "timelines";
  private static final String REMOVED = "removed";

  private final Redis redis;
  private final TimelineKeys keys;

  TruncationTally(Redis redis, TimelineKeys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  /**
   * What one run did.
   *
   * @param timelines how many were looked at
   * @param removed entries that were too old or over the cap
   */
  public record Truncated(long timelines, long removed) {}

  /** Adds a step of a run. */
  public void add(String run, Truncated step) {
    String ofRun = keys.truncation(run);
    List<CommandObject<Long>> commands =
        List.of(
            Redis.COMMANDS.hincrBy(keys.truncation(), REMOVED, step.removed()),
            Redis.COMMANDS.hincrBy(ofRun, TIMELINES, step.timelines()),
            Redis.COMMANDS.hincrBy(ofRun, REMOVED, step.removed()),
            Redis.COMMANDS.expire(ofRun, KEPT.toSeconds()));
    redis.run(commands);
  }

  /** A run has ended: counts it, and tells what it did. */
  public Truncated ended(String run) {
    redis.run(List.of(Redis.COMMANDS.hincrBy(keys.truncation(), RUNS, 1)));
    Map<String, String> did =
        redis.run(List.of(Redis.COMMANDS.hgetAll(keys.truncation(run)))).get(0);
    return new Truncated(
        Long.parseLong(did.getOrDefault(TIMELINES, "0")),
        Long.parseLong(did.getOrDefault(REMOVED, "0")));
  }
}
