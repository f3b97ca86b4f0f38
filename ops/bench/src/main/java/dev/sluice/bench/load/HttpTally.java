package dev.sluice.bench.load;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Counts what becomes of the requests of a run.
 *
 * <p>Threading: for the event loop's thread, but for the future.
 */
final class HttpTally {
  private final Timings timings;
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private final List<byte[]> bodies = new ArrayList<>();
  private final Set<HttpExchange> open = new HashSet<>();
  private final CompletableFuture<HttpOutcome> outcome = new CompletableFuture<>();
  private boolean allMade;

  HttpTally(Timings timings) {
    this.timings = timings;
  }

  /** Completes when every request has an end. */
  CompletableFuture<HttpOutcome> outcome() {
    return outcome;
  }

  void made(HttpExchange exchange) {
    open.add(exchange);
  }

  void answered(HttpExchange exchange, int status, byte[] body) {
    if (!open.remove(exchange)) {
      return;
    }
    timings.record(exchange.due(), exchange.made(), System.nanoTime());
    statuses.merge(status, 1L, Long::sum);
    if (status / 100 == 2) {
      bodies.add(body);
    }
    completeIfDone();
  }

  void failed(HttpExchange exchange, String reason) {
    if (open.remove(exchange)) {
      errors.merge(reason, 1L, Long::sum);
      completeIfDone();
    }
  }

  /** No request will follow. */
  void allMade() {
    allMade = true;
    completeIfDone();
  }

  /** Ends what is still open: its time until now counts, so that the slowest are not left out. */
  void giveUp() {
    for (HttpExchange exchange : List.copyOf(open)) {
      timings.record(exchange.due(), exchange.made(), System.nanoTime());
      failed(exchange, "no answer");
    }
  }

  private void completeIfDone() {
    if (allMade && open.isEmpty()) {
      outcome.complete(new HttpOutcome(timings, statuses, errors, bodies));
    }
  }
}
