package dev.sluice.gateway;

import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Subscription;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.message.Message;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.timelines.Timelines;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A gateway on a broker in memory, and a client of it. */
final class Edge implements AutoCloseable {
  static final String TOKEN = "token-of-the-shop-0123456789";
  static final String OTHER_TOKEN = "token-of-the-office-0123456789";

  /** Two clients: one for the clicks alone, one for everything. */
  static final String TOKENS =
      """
        tokens:
          shop: {sha256: %s, tasks: ["clicks.*"], queues: ["clicks", "late.*"]}
          office: {sha256: %s, tasks: ["*"], timelines: true}
      """
          .formatted(Clients.sha256(TOKEN), Clients.sha256(OTHER_TOKEN));

  private static final String DEFAULTS = "gateway:\n  port: 0\n" + TOKENS;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  final InMemoryBroker broker = InMemoryBroker.manual(Topology.DEFAULT, now::get);
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final Gateway gateway;
  private volatile @Nullable String hindrance;
  private volatile Runnable hold = () -> {};
  private final HttpClient client = HttpClient.newHttpClient();
  private final Producer producer;

  private Edge(
      String yaml,
      Optional<DataSource> dataSource,
      Optional<Timelines> timelines,
      Map<String, String> environment,
      BiFunction<Broker, ProducerOptions, Producer> opening) {
    SluiceSettings settings = settings(yaml);
    ProducerOptions producing =
        ProducerOptions.DEFAULTS
            .maxBodyBytes(settings.broker().maxBodyBytes())
            .confirmTimeout(Duration.ofMillis(200))
            .queues(this::queue)
            .keys(new LocalKeys())
            .clock(now::get);
    producer = opening.apply(broker, producing);
    gateway =
        Gateway.start(
            new GatewayOptions(
                settings.gateway(),
                settings.broker().maxBodyBytes(),
                Clients.of(settings.gateway(), environment),
                producer,
                dataSource,
                timelines,
                () -> Optional.ofNullable(hindrance),
                metrics,
                now::get));
  }

  /** With two clients and every other default. */
  static Edge open() {
    return of("");
  }

  /** With two clients and these further lines of section {@code gateway}. */
  static Edge of(String moreOfGateway) {
    return ofYaml(DEFAULTS + moreOfGateway, Map.of());
  }

  static Edge ofYaml(String yaml, Map<String, String> environment) {
    return new Edge(yaml, Optional.empty(), Optional.empty(), environment, Producer::open);
  }

  static Edge on(DataSource dataSource) {
    return new Edge(DEFAULTS, Optional.of(dataSource), Optional.empty(), Map.of(), Producer::open);
  }

  /** Serving timelines, to the office alone. */
  static Edge serving(Timelines timelines) {
    return new Edge(DEFAULTS, Optional.empty(), Optional.of(timelines), Map.of(), Producer::open);
  }

  /** In front of a producer, which it closes. */
  static Edge between(String moreOfGateway, DataSource dataSource, Producer producer) {
    return new Edge(
        DEFAULTS + moreOfGateway,
        Optional.of(dataSource),
        Optional.empty(),
        Map.of(),
        (broker, options) -> producer);
  }

  /** On a producer of its own making. */
  static Edge opening(BiFunction<Broker, ProducerOptions, Producer> producer) {
    return new Edge(DEFAULTS, Optional.empty(), Optional.empty(), Map.of(), producer);
  }

  /** On a spool that nobody relays. */
  static Edge spooling(SpoolOptions spool) {
    return opening((broker, options) -> Producer.open(broker.topology(), options.spool(spool)));
  }

  /** A request with the token of the shop and JSON as its type. */
  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.address() + path))
        .header("Authorization", "Bearer " + TOKEN)
        .header("Content-Type", "application/json");
  }

  Answer post(String path, String body) {
    return post(path, body, request -> request);
  }

  Answer post(String path, String body, UnaryOperator<HttpRequest.Builder> change) {
    return send(change.apply(to(path).POST(BodyPublishers.ofString(body))));
  }

  Answer get(String path) {
    return send(to(path).GET());
  }

  Answer send(HttpRequest.Builder request) {
    HttpRequest built = request.build();
    try {
      HttpResponse<String> response = client.send(built, BodyHandlers.ofString());
      return Description.check(built, Answer.of(response));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keeps the gateway from being ready. */
  void hindrance(String reason) {
    hindrance = reason;
  }

  /** Has the producer fail as it never should. */
  void failNext(RuntimeException reason) {
    hold =
        () -> {
          throw reason;
        };
  }

  /** Holds the next request in the producer: says that it is there, and waits to go on. */
  void holdNext(CountDownLatch entered, CountDownLatch leave) {
    hold =
        () -> {
          entered.countDown();
          try {
            leave.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
  }

  private QueueSpec queue(String name) {
    hold.run();
    return QueueSpec.of(name);
  }

  Instant now() {
    return now.get();
  }

  /** Lets time pass, and delayed messages reach their queues. */
  void passes(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
    broker.deliverDue();
  }

  /** The messages of a queue, as many as there must be. */
  List<Message> messages(String queue, int count) {
    BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    Subscription subscription =
        broker.subscribe(
            QueueSpec.of(queue),
            100,
            delivery -> {
              messages.add(delivery.message());
              delivery.ack();
            });
    await().until(() -> messages.size() == count);
    subscription.close();
    return List.copyOf(messages);
  }

  static String body(Message message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    gateway.close();
    producer.close();
    broker.close();
  }

  private static SluiceSettings settings(String yaml) {
    try {
      Path file = Files.createTempFile("sluice", ".yaml");
      try {
        return SluiceSettings.load(Files.writeString(file, yaml), Map.of());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
