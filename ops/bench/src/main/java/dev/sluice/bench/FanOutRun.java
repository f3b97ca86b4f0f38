package dev.sluice.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fan-outs of several sizes, and what they do to others. */
final class FanOutRun {
  private final FanOutRig rig;
  private final FanOutWorker worker;
  private final BenchOptions options;
  private final PrintStream text;

  FanOutRun(FanOutRig rig, FanOutWorker worker, BenchOptions options) {
    this.rig = rig;
    this.worker = worker;
    this.options = options;
    text = options.text();
  }

  /**
   * Runs them: 0 when every timeline has every post, else 1.
   *
   * @param sizes followers, in ascending order, as the rig has loaded them
   * @param full whether timelines are full
   */
  int run(List<Integer> sizes, boolean full) throws Exception {
    text.println(Machine.describe());
    text.println(rig.describe());
    text.printf(
        "%s timelines; worker with -Xmx%dm, its outbox relay and everything else in it; cpu of"
            + " Sluice is the worker's%n",
        full ? "full" : "nearly empty", FanOutWorker.HEAP_MEGABYTES);
    text.printf(
        "raw: Jedis, one connection, ZADD and ZREMRANGEBYRANK, replies every %,d users%n",
        BenchTimelines.PIPELINE);
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Scenario scenario =
          new FanOutScenario(rig, worker, FanOutRig.author(i + 1), sizes.get(i)).create();
      text.printf("%n%,d recipients%n", sizes.get(i));
      List<Result> compared = new Comparison(scenario, options.rounds(), text).run();
      Report.print(scenario, compared, text);
      results.addAll(compared);
    }
    int most = sizes.get(sizes.size() - 1);
    Map<String, @Nullable Object> whole = new LinkedHashMap<>();
    whole.put("scenario", "fanout");
    whole.put("subject", "whole");
    whole.put("timelines", full ? "full" : "empty");
    whole.putAll(new Fairness(rig, worker).run(FanOutRig.author(sizes.size())));
    whole.putAll(memory(most));
    whole.putAll(new PageReading(rig).run(most));
    print(sizes, results, whole);
    List<Map<String, @Nullable Object>> lines = new ArrayList<>();
    results.forEach(result -> lines.add(result.json()));
    lines.add(whole);
    options.printJson(lines);
    return results.stream().allMatch(r -> r.lost() == 0 && r.doubled() == 0) ? 0 : 1;
  }

  private Map<String, Object> memory(int users) throws Exception {
    BenchTimelines.Memory memory = rig.timelines().memory(users);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("redis_bytes_per_entry", Math.round(memory.bytesPerEntry() * 10) / 10.0);
    figures.put("redis_bytes_per_timeline", Math.round(memory.bytesPerTimeline()));
    figures.put("heap_max_mb", FanOutWorker.HEAP_MEGABYTES);
    figures.put("heap_peak_mb", worker.figures().heapPeak() >> 20);
    figures.put("heap_live_mb", worker.liveHeapBytes() >> 20);
    return figures;
  }

  private void print(
      List<Integer> sizes, List<Result> results, Map<String, @Nullable Object> whole) {
    text.printf("%n%12s %14s %14s %8s%n", "recipients", "raw µs each", "Sluice µs each", "ratio");
    for (int i = 0; i < sizes.size(); i++) {
      Result raw = results.get(2 * i);
      Result sluice = results.get(2 * i + 1);
      text.printf(
          "%,12d %14.2f %14.2f %8.2f%n",
          sizes.get(i), 1e6 / raw.rate(), 1e6 / sluice.rate(), sluice.ratioToRaw());
    }
    whole.forEach((figure, value) -> text.printf("%s: %s%n", figure, value));
  }
}
