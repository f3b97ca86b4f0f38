package dev.sluice.bench;

import dev.sluice.bench.load.HttpConnections;
import dev.sluice.bench.load.HttpLoad;
import dev.sluice.bench.load.HttpOutcome;
import dev.sluice.bench.load.HttpTarget;
import dev.sluice.bench.load.Pace;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** Requests at a steady rate to a gateway that relays to RabbitMQ. */
final class GatewayScenario {
  private static final double TARGET_MICROS = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  // Of the requests on one of very many connections.
  private static final int SECONDS_BETWEEN = 10;
  private static final int SMALLEST = 512;
  private static final int LARGEST = 1024;

  private final String url;
  private final GatewayChild gateway;
  private final Pace pace;
  private final List<byte[]> bodies =
      IntStream.rangeClosed(0, 63)
          .mapToObj(i -> body(SMALLEST + (LARGEST - SMALLEST) * i / 63))
          .toList();

  GatewayScenario(String url, GatewayChild gateway, Pace pace) {
    this.url = url;
    this.gateway = gateway;
    this.pace = pace;
  }

  /**
   * Runs it: 0 when every task that was answered with 202 arrived once and no request failed.
   *
   * @param kept connections that are kept alive
   * @param held connections of the run with very many
   */
  int run(BenchOptions options, int kept, int held) throws Exception {
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.printf(
        "%,d requests a second for %d s, bodies of %d to %,d bytes; gateway with -Xmx%dm%n",
        pace.perSecond(),
        pace.duration().toSeconds(),
        SMALLEST,
        LARGEST,
        GatewayChild.HEAP_MEGABYTES);
    text.printf(
        "sluice: %d connections kept alive; sluice-fresh: a new one for each request; sluice-held:"
            + " %,d kept alive and used in turn%n",
        kept, held);
    List<PacedResult> results =
        new ArrayList<>(
            new PacedComparison(
                    "gateway", "requests/s", List.of(new Fresh(), new Kept("sluice", kept)))
                .run(options.rounds(), text));
    results.add(1, held(held, text));
    PacedComparison.print(results, text);
    PacedResult sluice = results.get(results.size() - 1);
    print(results, text);
    options.printJson(results.stream().map(result -> result.json(sluice)).toList());
    boolean sound =
        PacedComparison.sound(results) && results.stream().allMatch(r -> r.failed() == 0);
    if (!sound) {
      System.err.println("the gateway's log ends so:");
      System.err.println(gateway.jvm().logTail());
    }
    return sound ? 0 : 1;
  }

  private static void print(List<PacedResult> results, PrintStream text) {
    for (PacedResult result : results) {
      text.printf(
          "gateway: %s: from due p99.9 %,.1f ms, target %,.0f: %s%n",
          result.subject(),
          result.fromDue(99.9) / 1e3,
          TARGET_MICROS / 1e3,
          result.fromDue(99.9) < TARGET_MICROS ? "met" : "missed");
    }
  }

  /** The memory that connections take, and the load on them. */
  private PacedResult held(int connections, PrintStream text) throws Exception {
    Pace slow = new Pace(Math.max(1, connections / SECONDS_BETWEEN), pace.duration());
    long heapBefore = gateway.jvm().liveHeapBytes();
    long residentBefore = gateway.jvm().residentBytes();
    Map<String, Object> facts = new LinkedHashMap<>();
    PacedRound round =
        new Kept("sluice-held", connections)
            .measure(
                slow,
                0,
                () -> {
                  long heap = gateway.jvm().liveHeapBytes();
                  long resident = gateway.jvm().residentBytes();
                  facts.put("connections", connections);
                  facts.put("heap_mb", heap >> 20);
                  facts.put("heap_max_mb", GatewayChild.HEAP_MEGABYTES);
                  facts.put("rss_mb", resident >> 20);
                  facts.put("heap_bytes_per_connection", (heap - heapBefore) / connections);
                  facts.put("rss_bytes_per_connection", (resident - residentBefore) / connections);
                });
    facts.putAll(round.facts());
    text.printf(
        "%,d connections: live heap %s MB of %s, %,d bytes a connection; resident %s MB%n",
        connections,
        facts.get("heap_mb"),
        facts.get("heap_max_mb"),
        (Long) facts.get("heap_bytes_per_connection"),
        facts.get("rss_mb"));
    return new PacedResult(
        "gateway",
        "requests/s",
        "sluice-held",
        List.of(
            new PacedRound(
                round.timings(),
                round.elapsed(),
                round.lost(),
                round.doubled(),
                round.failed(),
                facts)));
  }

  /** Something to be looked at while the connections are open. */
  private interface Look {
    void now() throws Exception;
  }

  private final class Fresh implements PacedSubject {
    @Override
    public String name() {
      return "sluice-fresh";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      String queue = "bench.gateway.fresh." + round;
      try (HttpLoad load = load(queue)) {
        return measured(load, pace, load.fresh(), queue, () -> {});
      }
    }
  }

  private final class Kept implements PacedSubject {
    private final String name;
    private final int connections;

    Kept(String name, int connections) {
      this.name = name;
      this.connections = connections;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public PacedRound run(int round) throws Exception {
      return measure(pace, round, () -> {});
    }

    PacedRound measure(Pace ownPace, int round, Look before) throws Exception {
      String queue = "bench.gateway." + name + "." + round;
      try (HttpLoad load = load(queue)) {
        return measured(load, ownPace, load.kept(connections), queue, before);
      }
    }
  }

  private HttpLoad load(String queue) {
    return new HttpLoad(
        new HttpTarget(gateway.address(), GatewayChild.path(queue), gateway.headers()), PATIENCE);
  }

  private PacedRound measured(
      HttpLoad load, Pace ownPace, HttpConnections connections, String queue, Look beforeClose)
      throws Exception {
    Stopwatch watch = Stopwatch.start();
    HttpOutcome outcome = load.run(ownPace, connections, bodies);
    Stopwatch.Elapsed elapsed = watch.stop();
    beforeClose.now();
    load.close(connections);
    Set<String> accepted = new HashSet<>();
    for (byte[] answer : outcome.bodies()) {
      accepted.add(JsonMapper.shared().readTree(answer).get("task_id").asString());
    }
    TaskAudit.Verdict verdict = TaskAudit.of(url, queue, accepted);
    return new PacedRound(
        outcome.timings(),
        elapsed,
        // Two answers with one id are one task that is missing.
        verdict.lost() + outcome.bodies().size() - accepted.size(),
        verdict.doubled(),
        outcome.failed(),
        facts(outcome, verdict));
  }

  private static Map<String, Object> facts(HttpOutcome outcome, TaskAudit.Verdict verdict) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("target_due_p999_us", TARGET_MICROS);
    facts.put("statuses", outcome.statuses());
    facts.put("errors", outcome.errors());
    facts.put("unexpected", verdict.unexpected());
    return facts;
  }

  private static byte[] body(int bytes) {
    String start = "{\"text\":\"";
    String end = "\"}";
    return (start + "x".repeat(bytes - start.length() - end.length()) + end)
        .getBytes(StandardCharsets.UTF_8);
  }
}
