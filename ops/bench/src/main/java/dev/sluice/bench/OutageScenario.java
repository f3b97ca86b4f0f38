package dev.sluice.bench;

import dev.sluice.bench.load.Pace;
import dev.sluice.cli.CommandFailed;
import dev.sluice.devservices.RabbitService;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * RabbitMQ is stopped for a while under a producer with a spool and a small heap. What is
 * unconfirmed when the connection goes, a window of messages at most, may be there twice: that is
 * for the inbox, and counts as repeated.
 */
final class OutageScenario {
  private static final int HEAP_MEGABYTES = 256;
  private static final String QUEUE = "bench.outage";
  private static final long POLL_NANOS = 50_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final RabbitService rabbit;
  private final Scratch scratch;
  private final int rate;
  private final int around;
  private final int outage;

  /**
   * An outage.
   *
   * @param rate enqueues a second
   * @param around seconds before the outage, and seconds after it
   * @param outage seconds of it
   */
  OutageScenario(RabbitService rabbit, Scratch scratch, int rate, int around, int outage) {
    this.rabbit = rabbit;
    this.scratch = scratch;
    this.rate = rate;
    this.around = around;
    this.outage = outage;
  }

  /** 0 when everything that was accepted arrived once, else 1. */
  int run(BenchOptions options) throws Exception {
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.printf(
        "%,d enqueues of 1 KB a second, RabbitMQ away for %d s after %d s, -Xmx%dm, spool in %s%n",
        rate, outage, around, HEAP_MEGABYTES, scratch.describe());
    Path ids = scratch.folder().resolve("ids");
    Pace pace = new Pace(rate, Duration.ofSeconds(2L * around + outage));
    try (ChildJvm child =
        ChildJvm.start(
            HEAP_MEGABYTES,
            scratch.folder().resolve("log"),
            Map.of(OutageProducer.URL, rabbit.url()),
            OutageProducer.class.getName(),
            scratch.folder().resolve("spool").toString(),
            ids.toString(),
            QUEUE,
            Integer.toString(rate),
            Long.toString(pace.duration().toSeconds()))) {
      expect(child, OutageProducer.STARTED);
      long start = System.nanoTime();
      parkUntil(start + TimeUnit.SECONDS.toNanos(around));
      long stopped = System.nanoTime();
      rabbit.stop();
      text.println("RabbitMQ stopped");
      parkUntil(stopped + TimeUnit.SECONDS.toNanos(outage));
      rabbit.start();
      long back = System.nanoTime();
      text.printf("RabbitMQ back after %.1f s%n", seconds(back - stopped));
      awaitDepth(pace, start);
      long caughtUp = System.nanoTime();
      text.printf("caught up %.1f s later%n", seconds(caughtUp - back));
      expect(child, OutageProducer.ENDED);
      awaitDepth(pace, start);
      child.goOn();
      ObjectNode figures = (ObjectNode) JsonMapper.shared().readTree(child.line());
      Set<String> accepted = new HashSet<>(Files.readAllLines(ids));
      TaskAudit.Verdict verdict = TaskAudit.of(rabbit.url(), QUEUE, accepted);

      Map<String, Object> line = new LinkedHashMap<>();
      line.put("scenario", "spool");
      line.put("subject", "sluice");
      line.put("rate", rate);
      line.put("unit", "enqueues/s");
      figures.forEachEntry(line::put);
      line.put("rounds", 1);
      line.put("lost", verdict.lost());
      line.put("double", Math.max(0, verdict.doubled() - EnqueueScenario.WINDOW));
      line.put("repeated", verdict.doubled());
      line.put("accepted", accepted.size());
      line.put("outage_s", seconds(back - stopped));
      line.put("catch_up_s", seconds(caughtUp - back));
      print(line, text);
      options.printJson(List.of(line));
      return verdict.lost() == 0
              && verdict.doubled() <= EnqueueScenario.WINDOW
              && figures.get("failed").asLong() == 0
          ? 0
          : 1;
    }
  }

  private void print(Map<String, Object> line, PrintStream text) {
    text.printf(
        "spool: %,d accepted, %s refused, lost %s, repeated %s; heap at most %s MB of %s; caught up in"
            + " %s s; the call itself p99 %s µs, p99.9 %s µs%n",
        (Integer) line.get("accepted"),
        line.get("failed"),
        line.get("lost"),
        line.get("repeated"),
        line.get("heap_mb"),
        line.get("heap_max_mb"),
        line.get("catch_up_s"),
        line.get("p99_us"),
        line.get("p999_us"));
  }

  /** Waits until all is on the broker that is due by now, but for what half a second brings. */
  private void awaitDepth(Pace pace, long start) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    try (RawClient client = new RawClient(rabbit.url())) {
      while (client.depth(QUEUE) < due(pace, start)) {
        if (System.nanoTime() - deadline > 0) {
          throw new CommandFailed(
              "the queue holds %,d messages five minutes after RabbitMQ came back, and %,d are due"
                  .formatted(client.depth(QUEUE), due(pace, start)));
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  private long due(Pace pace, long start) {
    long elapsed = System.nanoTime() - start;
    return elapsed > pace.duration().toNanos()
        ? pace.calls()
        : (long) (elapsed / 1e9 * rate) - rate / 2;
  }

  private static void expect(ChildJvm child, String line) throws Exception {
    String got = child.line();
    if (!got.equals(line)) {
      throw new CommandFailed("the child process said '" + got + "' instead of '" + line + "'");
    }
  }

  private static void parkUntil(long time) {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e8) / 10.0;
  }
}
