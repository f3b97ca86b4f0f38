package dev.sluice.bench;

import dev.sluice.bench.load.HttpConnections;
import dev.sluice.bench.load.HttpLoad;
import dev.sluice.bench.load.HttpOutcome;
import dev.sluice.bench.load.HttpTarget;
import dev.sluice.bench.load.Pace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests to a gateway and audits what it accepted. */
final class GatewayRequests {
  static final int SMALLEST = 512;
  static final int LARGEST = 1024;

  private static final int BODIES = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final List<byte[]> PAYLOADS =
      IntStream.range(0, BODIES)
          .mapToObj(i -> payload(SMALLEST + (LARGEST - SMALLEST) * i / (BODIES - 1)))
          .toList();

  private final String url;
  private final GatewayChild gateway;

  GatewayRequests(String brokerUrl, GatewayChild gateway) {
    this.url = brokerUrl;
    this.gateway = gateway;
  }

  /** Opens the connections that requests go over. */
  interface Opening {
    HttpConnections open(HttpLoad load) throws Exception;
  }

  /** Something to be looked at after the requests, while the connections are open. */
  interface Look {
    void now() throws Exception;
  }

  /** Requests whose tasks go to {@code queue}, audited. */
  PacedRound send(Pace pace, Opening connections, String queue, Look look) throws Exception {
    HttpTarget target =
        new HttpTarget(gateway.address(), GatewayChild.path(queue), gateway.headers());
    return send(target, pace, connections, look, queue);
  }

  /** Requests to a server that keeps no tasks. */
  PacedRound sendTo(HttpTarget target, Pace pace, Opening connections) throws Exception {
    return send(target, pace, connections, () -> {}, null);
  }

  private PacedRound send(
      HttpTarget target, Pace pace, Opening opening, Look look, @Nullable String queue)
      throws Exception {
    HttpOutcome outcome;
    Stopwatch.Elapsed elapsed;
    try (HttpLoad load = new HttpLoad(target, PATIENCE)) {
      HttpConnections connections = opening.open(load);
      Stopwatch watch = Stopwatch.start();
      outcome = load.run(pace, connections, PAYLOADS);
      elapsed = watch.stop();
      look.now();
      load.close(connections);
    }
    return queue == null ? unaudited(outcome, elapsed) : audited(outcome, elapsed, queue);
  }

  private PacedRound audited(HttpOutcome outcome, Stopwatch.Elapsed elapsed, String queue)
      throws Exception {
    Set<String> accepted = new HashSet<>();
    for (byte[] answer : outcome.bodies()) {
      accepted.add(JsonMapper.shared().readTree(answer).get("task_id").asString());
    }
    TaskAudit.Verdict verdict = TaskAudit.of(url, queue, accepted);
    return new PacedRound(
        outcome.timings(),
        elapsed,
        // Two answers with one id are one task that is missing.
        verdict.withLost(outcome.bodies().size() - accepted.size()),
        outcome.failed(),
        facts(outcome));
  }

  private static PacedRound unaudited(HttpOutcome outcome, Stopwatch.Elapsed elapsed) {
    return new PacedRound(
        outcome.timings(), elapsed, TaskAudit.Verdict.NOTHING, outcome.failed(), facts(outcome));
  }

  private static Map<String, Object> facts(HttpOutcome outcome) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("target_due_p999_us", GatewayScenario.TARGET_MICROS);
    facts.put("statuses", outcome.statuses());
    facts.put("errors", outcome.errors());
    return facts;
  }

  private static byte[] payload(int bytes) {
    String start = "{\"text\":\"";
    String end = "\"}";
    return (start + "x".repeat(bytes - start.length() - end.length()) + end)
        .getBytes(StandardCharsets.UTF_8);
  }
}
