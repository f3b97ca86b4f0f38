package dev.sluice.cli.demo;

import dev.sluice.redis.Redis;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.Tuple;

/** Reads every timeline in Redis and holds it against what it must hold, entry by entry. */
final class TimelineAudit {
  private static final int PAGE = 500;
  private static final int EXAMPLES = 5;

  private final Redis redis;
  private final TimelineStore store;
  private final Map<String, ExpectedTimelines.Ids> expected;
  private final List<String> examples = new ArrayList<>();
  private long right;
  private long missing;
  private long wrong;

  private TimelineAudit(Redis redis, TimelineStore store, ExpectedTimelines expected) {
    this.redis = redis;
    this.store = store;
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

  static Findings run(Redis redis, TimelineStore store, ExpectedTimelines expected) {
    TimelineAudit audit = new TimelineAudit(redis, store, expected);
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
    ZRangeParams whole = ZRangeParams.zrangeParams(0, -1).rev();
    List<CommandObject<List<Tuple>>> reads =
        timelines.stream()
            .map(timeline -> Redis.COMMANDS.zrangeWithScores(timeline, whole))
            .toList();
    List<List<Tuple>> replies = redis.run(reads);
    Map<String, List<Tuple>> found = new LinkedHashMap<>();
    for (int i = 0; i < replies.size(); i++) {
      found.put(timelines.get(i), replies.get(i));
    }
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
    Set<String> unexpected = new HashSet<>();
    store
        .names()
        .forEachRemaining(
            page ->
                page.stream()
                    .filter(timeline -> !expected.containsKey(timeline))
                    .forEach(unexpected::add));
    for (String timeline : unexpected) {
      wrong += redis.run(List.of(Redis.COMMANDS.zcard(timeline))).get(0);
      if (examples.size() < EXAMPLES) {
        examples.add(timeline + " should not exist");
      }
    }
  }
}
