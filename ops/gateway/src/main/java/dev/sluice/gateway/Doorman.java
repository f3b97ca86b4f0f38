package dev.sluice.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;

/** Lets in who has a token. */
final class Doorman {
  private final Clients clients;

  Doorman(Clients clients) {
    this.clients = clients;
  }

  /** Who sent the request. */
  Client admit(HttpServletRequest request) {
    List<String> headers = Collections.list(request.getHeaders("Authorization"));
    if (headers.size() != 1) {
      throw refused(headers.isEmpty() ? "is missing; send Bearer TOKEN" : "is given twice");
    }
    return clients
        .find(headers.get(0))
        .orElseThrow(() -> refused("is not Bearer and a token that is known here"));
  }

  private static Refusal refused(String reason) {
    return Problem.at(ProblemType.UNAUTHENTICATED, "header.Authorization", reason).refusal();
  }
}
