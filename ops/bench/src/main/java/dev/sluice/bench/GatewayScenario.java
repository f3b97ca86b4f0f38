package dev.sluice.bench;

import dev.sluice.bench.load.HttpTarget;
import dev.sluice.bench.load.Pace;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests at a steady rate to a gateway that relays to RabbitMQ. */
final class GatewayScenario {
  static final double TARGET_MICROS = 10_000;

  private static final String NAME = "gateway";
  private static final String UNIT = "requests/s";
  // Between the requests on one of very many connections.
  private static final int HELD_SECONDS = 10;

  private final GatewayRequests requests;
  private final GatewayChild gateway;
  private final Path folder;
  private final Pace pace;
  private final int kept;

  /**
   * A scenario.
   *
   * @param kept connections that are kept alive
   */
  GatewayScenario(
      GatewayRequests requests, GatewayChild gateway, Path folder, Pace pace, int kept) {
    this.requests = requests;
    this.gateway = gateway;
    this.folder = folder;
    this.pace = pace;
    this.kept = kept;
  }

  /**
   * Runs it: 0 when every task that was answered with 202 arrived once and no request failed.
   *
   * @param held connections of the run with very many
   */
  int run(BenchOptions options, int held) throws Exception {
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.printf(
        "%,d requests a second for %d s, bodies of %d to %,d bytes; gateway with -Xmx%dm%n",
        pace.perSecond(),
        pace.duration().toSeconds(),
        GatewayRequests.SMALLEST,
        GatewayRequests.LARGEST,
        GatewayChild.HEAP_MEGABYTES);
    text.printf(
        "sluice: %d connections kept alive; sluice-fresh: a new one for each request; sluice-held:"
            + " %,d kept alive, a request on each every %d s%n",
        kept, held, HELD_SECONDS);
    text.println("raw: as sluice, to a server that answers and does nothing");
    // First: a fresh connection may hold its descriptor for a while after an overload.
    PacedResult veryMany = held(held, text);
    List<PacedResult> results = new ArrayList<>();
    // One for all rounds, so that it is warm.
    try (ChildJvm server = idleServer()) {
      Raw raw = new Raw(Integer.parseInt(server.line()));
      results.addAll(
          new PacedComparison(NAME, UNIT, List.of(raw, new Fresh(), new Kept()))
              .run(options.rounds(), text));
    }
    results.add(2, veryMany);
    PacedComparison.print(results, text);
    results.forEach(result -> print(result, text));
    options.printJson(results.stream().map(result -> result.json(results.get(0))).toList());
    boolean sound =
        PacedComparison.sound(results) && results.stream().allMatch(r -> r.failed() == 0);
    if (!sound) {
      System.err.println("the gateway's log ends so:");
      System.err.println(gateway.jvm().logTail());
    }
    return sound ? 0 : 1;
  }

  private static void print(PacedResult result, PrintStream text) {
    text.printf(
        "gateway: %s: from due p99.9 %,.1f ms, target %,.0f: %s%n",
        result.subject(),
        result.fromDue(99.9) / 1e3,
        TARGET_MICROS / 1e3,
        result.fromDue(99.9) < TARGET_MICROS ? "met" : "missed");
  }

  /** The memory that connections take, and a little load on them. */
  private PacedResult held(int connections, PrintStream text) throws Exception {
    Pace slow = new Pace(Math.max(1, connections / HELD_SECONDS), pace.duration());
    // What the first requests load stays, and is no connection's.
    requests.send(slow, load -> load.kept(kept), "bench.gateway.first", () -> {});
    long heapBefore = gateway.jvm().liveHeapBytes();
    long residentBefore = gateway.jvm().residentBytes();
    Map<String, Object> memory = new LinkedHashMap<>();
    PacedRound round =
        requests.send(
            slow,
            load -> load.kept(connections),
            "bench.gateway.held",
            () -> {
              long heap = gateway.jvm().liveHeapBytes();
              long resident = gateway.jvm().residentBytes();
              memory.put("connections", connections);
              memory.put("heap_mb", heap >> 20);
              memory.put("heap_max_mb", GatewayChild.HEAP_MEGABYTES);
              memory.put("rss_mb", resident >> 20);
              memory.put("heap_bytes_per_connection", (heap - heapBefore) / connections);
              memory.put("rss_bytes_per_connection", (resident - residentBefore) / connections);
            });
    text.printf(
        "%,d connections: live heap %s MB of %s, %,d bytes a connection; resident %s MB%n",
        connections,
        memory.get("heap_mb"),
        memory.get("heap_max_mb"),
        (Long) memory.get("heap_bytes_per_connection"),
        memory.get("rss_mb"));
    return new PacedResult(NAME, UNIT, "sluice-held", List.of(round.with(memory)));
  }

  private ChildJvm idleServer() throws IOException {
    return ChildJvm.start(
        GatewayChild.HEAP_MEGABYTES,
        folder.resolve("raw.log"),
        Map.of(),
        IdleServer.class.getName());
  }

  private final class Raw implements PacedSubject {
    private final int port;

    Raw(int port) {
      this.port = port;
    }

    @Override
    public String name() {
      return "raw";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpTarget target = new HttpTarget(address, GatewayChild.path("none"), gateway.headers());
      return requests.sendTo(target, pace, load -> load.kept(kept));
    }
  }

  private final class Fresh implements PacedSubject {
    @Override
    public String name() {
      return "sluice-fresh";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      return requests.send(pace, load -> load.fresh(), "bench.gateway.fresh." + round, () -> {});
    }
  }

  private final class Kept implements PacedSubject {
    @Override
    public String name() {
      return "sluice";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      return requests.send(pace, load -> load.kept(kept), "bench.gateway.kept." + round, () -> {});
    }
  }
}
