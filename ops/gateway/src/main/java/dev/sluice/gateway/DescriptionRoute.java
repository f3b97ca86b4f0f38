package dev.sluice.gateway;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code GET /openapi.json}: the description of what is served, OpenAPI 3.1; for everybody. */
final class DescriptionRoute implements Handler {
  static final String PATH = "/openapi.json";

  private final byte[] description;

  DescriptionRoute() {
    try (InputStream json =
        Objects.requireNonNull(
            DescriptionRoute.class.getResourceAsStream("openapi.json"), "openapi.json")) {
      description = json.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("openapi.json cannot be read", e);
    }
  }

  @Override
  public void handle(Context http) {
    http.contentType(Answers.JSON).result(description);
  }
}
