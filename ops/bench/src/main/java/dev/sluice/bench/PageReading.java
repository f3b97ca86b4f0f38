package dev.sluice.bench;

import dev.sluice.timelines.Page;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.Timelines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;

/** How long it takes to read a page of a timeline once the caches are warm. */
record PageReading(FanOutRig rig) {
  private static final int PAGE = 100;
  private static final int READERS = 1000;
  private static final int READS = 20_000;

  /** Reads pages of the first {@code users} users in any order. */
  Map<String, Object> run(int users) throws Exception {
    ReadingOptions options =
        ReadingOptions.of(rig.dataSource(), rig.redisUrl())
            .withBroker(rig.broker())
            .withTimelines(TimelineOptions.DEFAULTS.withNamespace(FanOutRig.NAMESPACE));
    RandomGenerator random = RandomGenerator.getDefault();
    int readers = Math.min(READERS, users);
    Histogram took = new Histogram(3);
    long posts = 0;
    try (Timelines timelines = Timelines.open(options)) {
      PageRequest first = PageRequest.first(PAGE);
      // The first read of a user takes over what fan-outs have pushed, and fills the caches.
      for (int user = 1; user <= readers; user++) {
        timelines.following(user, first);
      }
      for (int read = 0; read < READS; read++) {
        long user = 1 + random.nextInt(readers);
        long start = System.nanoTime();
        Page page = timelines.following(user, first);
        took.recordValue(System.nanoTime() - start);
        posts += page.posts().size();
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("page_posts", Math.round((double) posts / READS));
    figures.put("page_p50_us", took.getValueAtPercentile(50) / 1000);
    figures.put("page_p99_us", took.getValueAtPercentile(99) / 1000);
    return figures;
  }
}
