package dev.sluice.gateway;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /health/live} and {@code /health/ready} for whoever spreads the requests: without a
 * token, and so without telling more than up or down. The details are at the process's own
 * endpoint.
 */
final class HealthRoute implements Handler {
  static final String LIVE = "/health/live";
  static final String READY = "/health/ready";

  private final Supplier<Optional<String>> hindrance;

  HealthRoute(Supplier<Optional<String>> hindrance) {
    this.hindrance = hindrance;
  }

  @Override
  public void handle(Context http) {
    boolean up = hindrance.get().isEmpty();
    ObjectNode answer = Answers.object().put("status", up ? "up" : "down");
    Answers.json(http, up ? 200 : 503, answer);
  }
}
