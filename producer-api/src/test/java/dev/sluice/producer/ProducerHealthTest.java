package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a producer tells about itself, as a method and as metrics; and how it ends. */
class ProducerHealthTest {
  record Click(long user) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks");
  private static final BrokerException AWAY = new BrokerException.Unavailable("away", null);

  @TempDir Path folder;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void a_confirmed_producer_is_well_as_long_as_the_broker_is() {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
        Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      assertThat(producer.health().accepting()).isTrue();
      assertThat(producer.health().spool()).isNull();
      broker.block();
      assertThat(producer.health().accepting()).isFalse();
      assertThat(producer.health().blocked()).isTrue();
      assertThat(producer.health().detail()).contains("blocks publishers");
      broker.unblock();
      assertThat(producer.health().accepting()).isTrue();
    }
  }

  @Test
  void a_closed_producer_accepts_nothing() {
    Producer producer =
        Producer.open(new ScriptedBroker(Topology.DEFAULT), ProducerOptions.DEFAULTS);
    producer.close();
    assertThat(producer.health().accepting()).isFalse();
    assertThat(producer.health().detail()).isEqualTo("closed");
  }

  @Test
  void a_spooling_producer_tells_what_waits_and_since_when() {
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    broker.answer((route, message) -> CompletableFuture.failedFuture(AWAY));
    ProducerOptions options =
        ProducerOptions.DEFAULTS.spool(SpoolOptions.of(folder)).flushTimeout(Duration.ofMillis(20));
    Instant start = Instant.now();
    try (Producer producer = Producer.open(broker, options)) {
      producer.enqueue(CLICK, new Click(1));
      producer.enqueue(CLICK, new Click(2));
      await().until(() -> producer.health().spool().oldest() != null);
      ProducerHealth health = producer.health();
      assertThat(health.accepting()).isTrue();
      assertThat(health.spool().messages()).isEqualTo(2);
      assertThat(health.spool().oldest()).isCloseTo(start, within(5, ChronoUnit.SECONDS));
      assertThat(health.detail()).contains("2 messages wait in the spool");
    }
    try (Producer next = Producer.open(broker, options)) {
      assertThat(next.health().spool().messages()).as("leftovers").isEqualTo(2);
      next.enqueue(CLICK, new Click(3));
      assertThat(next.health().spool().messages()).isEqualTo(3);
      broker.answer(ScriptedBroker.CONFIRM);
      await().until(() -> next.health().spool().messages() == 0);
      assertThat(next.health().spool().oldest()).isNull();
    }
  }

  @Test
  void what_waits_in_the_outbox_is_looked_at_in_the_background() throws Exception {
    String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    broker.answer((route, message) -> CompletableFuture.failedFuture(AWAY));
    try (Database database = Database.open(DatabaseOptions.of(url))) {
      database.migrate();
      try (Producer writer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
        writer.transaction(database.dataSource(), tx -> tx.enqueue(CLICK, new Click(1)));
      }
      try (Producer producer =
          Producer.open(broker, ProducerOptions.DEFAULTS.outbox(database.dataSource()))) {
        await().until(() -> producer.health().outbox() != null);
        assertThat(producer.health().outbox().messages()).isEqualTo(1);
        assertThat(producer.health().outbox().oldest()).isNotNull();
      }
    }
  }

  @Test
  void metrics_count_and_time_tasks_and_show_the_health() {
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    ProducerMetrics metrics = new ProducerMetrics(registry);
    ProducerOptions options =
        ProducerOptions.DEFAULTS
            .spool(SpoolOptions.of(folder))
            .flushTimeout(Duration.ofMillis(20))
            .listener(metrics);
    try (Producer producer = Producer.open(broker, options)) {
      metrics.watch(producer);
      producer.enqueue(CLICK, new Click(1));
      assertThat(registry.get("sluice.enqueue").tag("task", "clicks.record").timer().count())
          .isEqualTo(1);
      assertThat(registry.get("sluice.producer.blocked").gauge().value()).isZero();
      assertThat(registry.get("sluice.spool.waiting").gauge().value()).isNotNegative();
      assertThat(registry.get("sluice.spool.oldest").gauge().value()).isNotNegative();
      assertThat(registry.get("sluice.spool.parked").gauge().value()).isZero();
    }
  }

  @Test
  void failures_are_counted_by_cause() {
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    broker.answer((route, message) -> CompletableFuture.failedFuture(AWAY));
    try (Producer producer =
        Producer.open(broker, ProducerOptions.DEFAULTS.listener(new ProducerMetrics(registry)))) {
      assertThat(producer.enqueueAsync(CLICK, new Click(1))).isCompletedExceptionally();
      assertThat(
              registry
                  .get("sluice.enqueue.failures")
                  .tag("task", "clicks.record")
                  .tag("cause", "BrokerUnavailable")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  @Test
  void a_close_waits_for_the_confirms_of_what_was_published() {
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    broker.answer((route, message) -> confirm);
    Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    CompletableFuture<TaskHandle> enqueued = producer.enqueueAsync(CLICK, new Click(1));
    AtomicBoolean closed = new AtomicBoolean();
    Thread closing =
        new Thread(
            () -> {
              producer.close();
              closed.set(enqueued.isDone());
            });
    closing.start();
    await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
    confirm.complete(null);
    await().untilTrue(closed);
  }

  @Test
  void a_close_does_not_wait_for_ever() {
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    broker.answer((route, message) -> new CompletableFuture<>());
    Producer producer =
        Producer.open(broker, ProducerOptions.DEFAULTS.flushTimeout(Duration.ofMillis(20)));
    CompletableFuture<TaskHandle> enqueued = producer.enqueueAsync(CLICK, new Click(1));
    producer.close();
    assertThat(enqueued).isNotDone();
  }

  @Test
  void names_from_outside_make_no_meter_each_even_when_all_of_them_fail() {
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    broker.answer((route, message) -> CompletableFuture.failedFuture(AWAY));
    ProducerOptions options = ProducerOptions.DEFAULTS.listener(new ProducerMetrics(registry));
    try (Producer producer = Producer.open(broker, options)) {
      for (int i = 0; i < 1_000; i++) {
        String name = "task." + i;
        assertThatThrownBy(
                () ->
                    producer.enqueueNamed(
                        name,
                        JsonNodeFactory.instance.objectNode(),
                        1,
                        "clicks",
                        EnqueueOptions.DEFAULTS))
            .isInstanceOf(BrokerUnavailable.class);
      }
    }
    assertThat(registry.find("sluice.enqueue.failures").counters()).hasSizeLessThanOrEqualTo(501);
    assertThat(registry.get("sluice.enqueue.failures").tag("task", "other").counter().count())
        .isGreaterThanOrEqualTo(499);
  }

  @Test
  void a_close_does_not_wait_for_a_message_that_the_broker_s_client_would_not_take() {
    ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
    broker.answer(
        (route, message) -> {
          throw new IllegalArgumentException("a header is too long");
        });
    Producer producer =
        Producer.open(broker, ProducerOptions.DEFAULTS.flushTimeout(Duration.ofMinutes(1)));
    assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(CompletableFuture.runAsync(producer::close)).succeedsWithin(Duration.ofSeconds(5));
  }
}
