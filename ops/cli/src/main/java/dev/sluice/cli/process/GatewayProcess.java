package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.cli.ProducerLimits;
import dev.sluice.cli.QueueSpecs;
import dev.sluice.gateway.Clients;
import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayOptions;
import dev.sluice.gateway.LocalKeys;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.KeyStore;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerHealth;
import dev.sluice.producer.ProducerMetrics;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.timelines.Timelines;
import dev.sluice.topology.Topology;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of {@code sluice gateway}: endpoint, producer, gateway, and their end, in this order.
 *
 * <p>Broker and database may be away at the start and at any time.
 */
public final class GatewayProcess {
  private static final Logger log = LoggerFactory.getLogger(GatewayProcess.class);

  // Nobody waits for a confirm here: it is how long a key may be another request's unsettled.
  private static final Duration KEY_PATIENCE = Duration.ofSeconds(3);

  private final SluiceSettings settings;
  private final Clients clients;
  private final SpoolOptions spool;
  private final Optional<Broker> broker;
  private final Optional<LateDatabase> database;
  private final Optional<Timelines> timelines;
  private final Health health = new Health();

  /**
   * A process that is not running yet.
   *
   * @param spool where accepted tasks wait
   * @param broker where they are relayed to; empty when another process does it
   * @param database tells the states of tasks; empty for none
   * @param timelines what is served; empty for none
   */
  public GatewayProcess(
      SluiceSettings settings,
      Clients clients,
      SpoolOptions spool,
      Optional<Broker> broker,
      Optional<LateDatabase> database,
      Optional<Timelines> timelines) {
    this.settings = settings;
    this.clients = clients;
    this.spool = spool;
    this.broker = broker;
    this.database = database;
    this.timelines = timelines;
  }

  /** Runs until {@code stop} is asked for. */
  public void run(StopSignal stop) throws InterruptedException {
    try (ProcessMetrics metrics = new ProcessMetrics("gateway");
        ProcessEndpoint endpoint =
            ProcessEndpoint.start(settings.http(), metrics.registry(), health);
        Keys redis = new Keys(settings);
        Producer producer = producer(keys(redis), metrics.registry());
        Gateway gateway = start(producer, metrics.registry())) {
      health.check("producer", () -> hindrance(producer));
      log.info("metrics and health on {}", endpoint.address());
      log.info(
          "{} token(s) known; tasks are taken on {}, into the spool {}",
          clients.size(),
          gateway.address(),
          spool.folder());
      stop.await();
    }
    log.info("closed: every request that was accepted is stored");
  }

  /** Who knows of the keys of requests: what all gateways share, if there is anything. */
  private KeyStore keys(Keys redis) {
    if (redis.store().isPresent()) {
      return redis.store().get();
    }
    if (database.isPresent()) {
      return new DatabaseKeys(database.get().dataSource());
    }
    log.info("neither Redis nor a database: this gateway alone knows the Idempotency-Keys it saw");
    return new LocalKeys();
  }

  private Producer producer(KeyStore keys, MeterRegistry registry) {
    ProducerMetrics metrics = new ProducerMetrics(registry);
    ProducerOptions options =
        ProducerOptions.DEFAULTS
            .maxBodyBytes(settings.broker().maxBodyBytes())
            .confirmTimeout(KEY_PATIENCE)
            .queues(new QueueSpecs(settings)::of)
            .spool(spool)
            .keys(keys)
            .flushTimeout(settings.gateway().shutdownDeadline())
            .listener(metrics);
    Producer producer =
        broker.isPresent()
            ? Producer.open(broker.get(), ProducerLimits.apply(settings, options))
            : Producer.open(new Topology(settings.broker().namespace()), options);
    metrics.watch(producer);
    return producer;
  }

  private Gateway start(Producer producer, MeterRegistry metrics) {
    try {
      return Gateway.start(
          new GatewayOptions(
              settings.gateway().knowing(settings.tasks()),
              settings.broker().maxBodyBytes(),
              clients,
              producer,
              database.map(LateDatabase::dataSource),
              timelines,
              () -> hindrance(producer),
              metrics,
              InstantSource.system()));
    } catch (IllegalStateException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<String> hindrance(Producer producer) {
    ProducerHealth health = producer.health();
    return health.accepting() ? Optional.empty() : Optional.of(health.detail());
  }
}
