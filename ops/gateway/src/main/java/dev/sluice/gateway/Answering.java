package dev.sluice.gateway;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.util.UUID;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the handler of a route, turns what it throws into a problem and takes the time. */
final class Answering implements Handler {
  private static final Logger log = LoggerFactory.getLogger(Answering.class);

  private final String route;
  private final Handler handler;
  private final RequestTimes times;

  Answering(String route, Handler handler, RequestTimes times) {
    this.route = route;
    this.handler = handler;
    this.times = times;
  }

  @Override
  public void handle(Context http) {
    long start = System.nanoTime();
    try {
      handler.handle(http);
    } catch (Refusal e) {
      Answers.problem(http, e.problem());
    } catch (Exception e) {
      failed(http, e);
    }
    times.record(route, http.statusCode(), System.nanoTime() - start);
  }

  /** Answers what nobody reckoned with, or a body that broke off. */
  private static void failed(Context http, Exception e) {
    if (e instanceof IOException || e instanceof HttpException) {
      log.debug("a body could not be read", e);
      Answers.problem(
          http,
          Problem.at(ProblemType.BAD_REQUEST, JsonPaths.ROOT, "could not be read to its end"));
      return;
    }
    String occurrence = "urn:uuid:" + UUID.randomUUID();
    log.error("{} {} failed, {}", http.method(), http.path(), occurrence, e);
    Answers.problem(
        http,
        Problem.of(ProblemType.INTERNAL, "the gateway's log tells more under the instance"),
        occurrence);
  }
}
