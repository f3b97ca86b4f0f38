package dev.sluice.cli.demo;

import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;

/** Reads every timeline in Redis and holds it against what it must hold, entry by entry. */
final class TimelineAudit {
  private static final int PAGE = 500;
  private static final int EXAMPLES = 5;

  private final RedisClient redis;
  private final TimelineKeys keys;
  private final Map<String, ExpectedTimelines.Ids> expected;
  private final List<String> examples = new ArrayList<>();
  private long right;
  private long missing;
  private long wrong;

  private TimelineAudit(RedisClient redis, TimelineKeys keys, ExpectedTimelines expected) {
    this.redis = redis;
    this.keys = keys;
    this.expected = expected.timelines();
  }

  /**
   * What was found.
   *
   * @param right entries with the right id and score at the right place
   * @param missing entries that are expected and not there
   * @param wrong entries that are not expected, or not at that place
   * @param examples a few of those missing or wrong, for a person
   */
  record Findings(long right, long missing, long wrong, List<String> examples) {
    boolean clean() {
      return missing == 0 && wrong == 0;
    }
  }

  static Findings run(RedisClient redis, TimelineKeys keys, ExpectedTimelines expected) {
    TimelineAudit audit = new TimelineAudit(redis, keys, expected);
    audit.comparePages(new ArrayList<>(expected.timelines().keySet()));
    audit.findUnexpected();
    return new Findings(audit.right, audit.missing, audit.wrong, List.copyOf(audit.examples));
  }

  private void comparePages(List<String> timelines) {
    for (int from = 0; from < timelines.size(); from += PAGE) {
      read(timelines.subList(from, Math.min(from + PAGE, timelines.size())))
          .forEach((timeline, found) -> compare(timeline, expected.get(timeline), found));
    }
  }

  private Map<String, List<Tuple>> read(List<String> timelines) {
    Map<String, Response<List<Tuple>>> replies = new LinkedHashMap<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (String timeline : timelines) {
        replies.put(
            timeline, pipeline.zrangeWithScores(timeline, ZRangeParams.zrangeParams(0, -1).rev()));
      }
      pipeline.sync();
    }
    Map<String, List<Tuple>> found = new LinkedHashMap<>();
    replies.forEach((timeline, reply) -> found.put(timeline, reply.get()));
    return found;
  }

  private void compare(String timeline, ExpectedTimelines.Ids ids, List<Tuple> found) {
    long before = missing + wrong;
    for (int place = 0; place < Math.max(ids.count(), found.size()); place++) {
      if (place >= found.size()) {
        missing++;
      } else if (place < ids.count() && isPost(found.get(place), ids.get(place))) {
        right++;
      } else {
        wrong++;
      }
    }
    if (missing + wrong > before && examples.size() < EXAMPLES) {
      examples.add(timeline + " has " + found.size() + " entries, expected are " + ids.count());
    }
  }

  private static boolean isPost(Tuple entry, long post) {
    return entry.getElement().equals(Long.toString(post))
        && entry.getScore() == PostIds.createdAt(post).toEpochMilli();
  }

  private void findUnexpected() {
    ScanParams page = new ScanParams().match(keys.pattern()).count(1000);
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      ScanResult<String> found = redis.scan(cursor, page, "zset");
      for (String timeline : found.getResult()) {
        if (!expected.containsKey(timeline)) {
          wrong += redis.zcard(timeline);
          if (examples.size() < EXAMPLES) {
            examples.add(timeline + " should not exist");
          }
        }
      }
      cursor = found.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
  }
}
