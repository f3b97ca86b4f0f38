package dev.sluice.gateway;

import dev.sluice.gateway.BatchRoute.BatchLimits;
import dev.sluice.settings.GatewaySettings;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import io.micrometer.core.instrument.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Connector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP edge: requests become tasks of its producer. {@code /openapi.json} describes it.
 *
 * <p>Threading: safe; requests are answered on {@code gateway.threads} threads.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  // A tree of small values takes some ten times the bytes of its text.
  private static final int HEAP_SHARE = 32;

  private final GatewayOptions options;
  private final RequestTimes times;
  private final List<String> routes = new ArrayList<>();
  private final Javalin javalin;
  private volatile String address = "";
  private volatile boolean closing;

  private Gateway(GatewayOptions options) {
    this.options = options;
    times = new RequestTimes(options.metrics());
    javalin = Javalin.create(this::configure);
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalArgumentException when a payload schema cannot be used
   * @throws IllegalStateException naming the address when it cannot be had
   */
  public static Gateway start(GatewayOptions options) {
    Gateway gateway = new Gateway(options);
    GatewaySettings settings = options.settings();
    try {
      gateway.javalin.start();
      gateway.address = "http://" + settings.host() + ":" + gateway.javalin.port();
    } catch (JavalinBindException e) {
      gateway.javalin.stop();
      throw new IllegalStateException(
          "cannot listen on %s:%d; set gateway.host and gateway.port (SLUICE_GATEWAY_PORT)"
              .formatted(settings.host(), settings.port()),
          e);
    }
    Gauge.builder("sluice.gateway.connections", gateway, Gateway::connections)
        .description("Open connections, silent ones included")
        .register(options.metrics());
    if (options.clients().size() == 0) {
      log.warn(
          "gateway.tokens names nobody: every request will be refused;"
              + " `sluice gateway token NAME` makes a token");
    }
    return gateway;
  }

  /** Where it listens, {@code http://host:port}. */
  public String address() {
    return address;
  }

  /** What is served: methods and paths. */
  List<String> routes() {
    return List.copyOf(routes);
  }

  /**
   * Takes no new connection, refuses new requests with 503 and waits for those under way, but not
   * longer than {@code gateway.shutdownDeadline}.
   */
  @Override
  public void close() {
    closing = true;
    try {
      javalin.stop();
    } catch (JavalinException e) {
      log.warn(
          "requests still ran after {} ms (gateway.shutdownDeadline): they get no answer",
          options.settings().shutdownDeadline().toMillis());
    }
  }

  /** Open connections. */
  private int connections() {
    int open = 0;
    for (Connector connector : javalin.jettyServer().server().getConnectors()) {
      open += connector.getConnectedEndPoints().size();
    }
    return open;
  }

  private void configure(JavalinConfig config) {
    GatewaySettings settings = options.settings();
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.prefer405over404 = true;
    config.jetty.threadPool = JettyTuning.threads(settings);
    config.jetty.modifyServer(server -> JettyTuning.server(server, settings));
    config.jetty.modifyHttpConfiguration(JettyTuning::http);
    config.jetty.addConnector((server, http) -> JettyTuning.connector(server, http, settings));
    config.jetty.modifyServletContextHandler(
        context -> context.setErrorHandler(new JettyProblems()));
    config.router.javaLangErrorHandler(
        (response, error) -> {
          log.error("a request failed", error);
          response.setStatus(500);
        });
    routes(config);
    config.routes.exception(HttpResponseException.class, Gateway::refused);
  }

  private void routes(JavalinConfig config) {
    GatewaySettings settings = options.settings();
    Doorman doorman = new Doorman(options.clients());
    FolderSchemas schemas = new FolderSchemas(settings.schemas().orElse(null));
    EnqueueDesk desk = new EnqueueDesk(options.producer(), schemas, settings);
    RequestBody bodies =
        new RequestBody(
            Math.max(2L * settings.maxBatchBytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE));
    BatchLimits limits = new BatchLimits(settings.maxBatch(), settings.maxBatchBytes());
    TaskStates states =
        options.dataSource().map(known -> new TaskStates(known, options.clock())).orElse(null);
    config.routes.post(
        EnqueueRoute.PATH,
        timed(
            "POST " + EnqueueRoute.PATH,
            new EnqueueRoute(doorman, desk, bodies, options.maxBodyBytes(), options.clock())));
    config.routes.post(
        BatchRoute.PATH,
        timed(
            "POST " + BatchRoute.PATH,
            new BatchRoute(doorman, desk, bodies, limits, options.clock())));
    config.routes.get(
        TaskStateRoute.PATH,
        timed("GET " + TaskStateRoute.PATH, new TaskStateRoute(doorman, states)));
    TimelinePages pages =
        options
            .timelines()
            .map(timelines -> new TimelinePages(timelines, Math.max(1, settings.threads() / 2)))
            .orElse(null);
    config.routes.get(
        TimelineRoute.PUBLIC,
        timed("GET " + TimelineRoute.PUBLIC, new TimelineRoute(doorman, pages)));
    config.routes.get(
        TimelineRoute.PATH, timed("GET " + TimelineRoute.PATH, new TimelineRoute(doorman, pages)));
    config.routes.get(
        DescriptionRoute.PATH, timed("GET " + DescriptionRoute.PATH, new DescriptionRoute()));
    config.routes.get(
        HealthRoute.LIVE, timed("GET " + HealthRoute.LIVE, new HealthRoute(Optional::empty)));
    config.routes.get(
        HealthRoute.READY, timed("GET " + HealthRoute.READY, new HealthRoute(this::hindrance)));
  }

  private Handler timed(String route, Handler handler) {
    routes.add(route);
    return new Answering(route, handler, times);
  }

  private Optional<String> hindrance() {
    return closing ? Optional.of("closing") : options.hindrance().get();
  }

  /** What Javalin refuses: paths and methods that there are not. */
  private static void refused(HttpResponseException e, Context http) {
    String allowed = e.getDetails().get("availableMethods");
    if (e.getStatus() == 405 && allowed != null) {
      http.header("Allow", allowed);
      Answers.problem(
          http, Problem.of(ProblemType.METHOD_NOT_ALLOWED, "here is " + allowed + " alone"));
      return;
    }
    Answers.problem(http, JettyProblems.problem(e.getStatus(), e.getMessage()));
  }
}
