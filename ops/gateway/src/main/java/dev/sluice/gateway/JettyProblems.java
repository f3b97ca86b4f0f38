package dev.sluice.gateway;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The server's own refusals, of what never reached a route, as problem documents. */
final class JettyProblems extends ErrorHandler {
  private static final Duration RETRY = Duration.ofSeconds(1);

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Problem problem = problem(status, reason(status));
    String path = request.getHttpURI().getPath();
    ObjectNode document = Answers.document(problem, path == null ? "" : path);
    response.setStatus(problem.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Answers.PROBLEM_JSON);
    if (problem.retryAfter() != null) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, Answers.seconds(problem.retryAfter()));
    }
    response.write(true, ByteBuffer.wrap(Answers.bytes(document)), callback);
    return true;
  }

  static Problem problem(int status, @Nullable String reason) {
    String detail = reason == null ? "the request was refused" : reason;
    return switch (status) {
      case 404 -> Problem.of(ProblemType.NOT_FOUND, "see /openapi.json for what there is");
      case 405 -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, detail);
      case 408 -> Problem.of(ProblemType.TIMEOUT, detail);
      case 413 -> Problem.of(ProblemType.TOO_LARGE, detail);
      case 414 -> Problem.of(ProblemType.URI_TOO_LONG, detail);
      case 431 -> Problem.of(ProblemType.HEADERS_TOO_LARGE, detail);
      case 503 ->
          Problem.of(ProblemType.CLOSING, "send it to another gateway, or again later")
              .retryAfter(RETRY);
      default ->
          status >= 500
              ? Problem.of(ProblemType.INTERNAL, "the gateway's log tells more")
              : Problem.of(ProblemType.BAD_REQUEST, detail);
    };
  }

  private static @Nullable String reason(int status) {
    return HttpStatus.getMessage(status).toLowerCase(Locale.ROOT);
  }
}
