package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer before a real RabbitMQ that has too much: first at its own limit, then blocked. */
class DoorOnRabbitIT {
  record Click(long user) {}

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BLOCKED = Duration.ofSeconds(2);

  /** Longer than the alarm lasts here, so that what is written is confirmed in the end. */
  private static final Duration CONFIRM = Duration.ofSeconds(60);

  private static DevServices services;
  private static RabbitService rabbit;

  @TempDir Path folder;
  private Broker broker;

  @BeforeAll
  static void start() {
    services = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT));
    rabbit = services.rabbit();
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  @BeforeEach
  void open() {
    broker =
        RabbitBroker.open(
            RabbitOptions.of(rabbit.url())
                .topology(new Topology("door"))
                .blockedTimeout(BLOCKED)
                .confirmTimeout(CONFIRM));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
  }

  @AfterEach
  void close() {
    rabbit.clearMemoryAlarm();
    broker.close();
  }

  @Test
  void a_queue_is_full_before_rabbitmq_raises_an_alarm_and_open_again_once_it_is_emptied() {
    TaskType<Click> type = TaskType.of("door.full", Click.class).queue("full");
    ProducerOptions options = ProducerOptions.DEFAULTS.limit("full", QueueLimits.maxWaiting(200));
    try (Producer producer = Producer.open(broker, options)) {
      List<String> accepted = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        accepted.add(producer.enqueue(type, new Click(i)).taskId());
      }
      await().atMost(PATIENCE).until(() -> !producer.health().fullQueues().isEmpty());
      assertThatThrownBy(() -> producer.enqueue(type, new Click(1)))
          .isInstanceOf(QueueFull.class)
          .hasMessageContaining("'door.full'")
          .hasMessageContaining("maxWaiting is 200");
      assertThat(rabbit.ctl("eval", "rabbit_alarm:get_alarms().")).contains("[]");
      assertThat(producer.health().blocked()).isFalse();

      rabbit.closeAllConnections();
      assertThatThrownBy(() -> producer.enqueue(type, new Click(1)))
          .as("the last look stands")
          .isInstanceOf(QueueFull.class);
      await().atMost(PATIENCE).until(() -> broker.health().connected());

      assertThat(drained("full", 200)).containsExactlyInAnyOrderElementsOf(accepted);
      await().atMost(PATIENCE).until(() -> producer.health().fullQueues().isEmpty());
      producer.enqueue(type, new Click(1));
    }
  }

  @Test
  void a_blocked_broker_is_a_clear_error_in_time_and_nothing_is_lost_or_doubled() {
    TaskType<Click> type = TaskType.of("door.blocked", Click.class).queue("blocked");
    ProducerOptions options = ProducerOptions.DEFAULTS.confirmTimeout(CONFIRM);
    try (Producer producer = Producer.open(broker, options)) {
      Set<String> expected = new HashSet<>();
      expected.add(producer.enqueue(type, new Click(0)).taskId());
      rabbit.raiseMemoryAlarm();
      // RabbitMQ tells a publisher that it is blocked when it publishes.
      CompletableFuture<TaskHandle> caught = producer.enqueueAsync(type, new Click(1));
      await().atMost(PATIENCE).until(() -> producer.health().blocked());
      assertThat(producer.health().accepting()).isFalse();

      List<String> refused = new ArrayList<>();
      long start = System.nanoTime();
      for (CompletableFuture<TaskHandle> task : tenOf(producer, type)) {
        assertThatThrownBy(task::join)
            .isInstanceOf(CompletionException.class)
            .cause()
            .isInstanceOfSatisfying(BrokerUnavailable.class, e -> refused.add(e.taskId()))
            .hasMessageContaining("blocks publishers");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BLOCKED.multipliedBy(3));

      rabbit.clearMemoryAlarm();
      await().atMost(PATIENCE).until(() -> producer.health().accepting());
      expected.add(caught.join().taskId());
      for (String id : refused) {
        EnqueueOptions again = EnqueueOptions.DEFAULTS.taskId(id);
        expected.add(producer.enqueue(type, new Click(2), again).taskId());
      }
      assertThat(expected).hasSize(12).containsAll(refused);
      assertThat(drained("blocked", 12)).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void a_spooling_producer_goes_on_while_the_broker_is_blocked() {
    TaskType<Click> type = TaskType.of("door.spooled", Click.class).queue("spooled");
    ProducerOptions options = ProducerOptions.DEFAULTS.spool(SpoolOptions.of(folder));
    try (Producer producer = Producer.open(broker, options)) {
      Set<String> expected = new HashSet<>();
      expected.add(producer.enqueue(type, new Click(0)).taskId());
      await().atMost(PATIENCE).until(() -> producer.health().spool().messages() == 0);
      rabbit.raiseMemoryAlarm();
      expected.add(producer.enqueue(type, new Click(1)).taskId());
      await().atMost(PATIENCE).until(() -> producer.health().blocked());
      for (int i = 0; i < 100; i++) {
        expected.add(producer.enqueue(type, new Click(i)).taskId());
      }
      assertThat(producer.health().accepting()).isTrue();
      assertThat(producer.health().spool().messages()).isGreaterThanOrEqualTo(100);

      rabbit.clearMemoryAlarm();
      await().atMost(PATIENCE).until(() -> producer.health().spool().messages() == 0);
      // What was written before the alarm was told may be published once more, with the same id.
      assertThat(new HashSet<>(drained("spooled", 102))).isEqualTo(expected);
    }
  }

  private static List<CompletableFuture<TaskHandle>> tenOf(
      Producer producer, TaskType<Click> type) {
    List<CompletableFuture<TaskHandle>> tasks = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tasks.add(producer.enqueueAsync(type, new Click(i)));
    }
    return tasks;
  }

  /** The ids of everything in a queue, which is empty afterwards. */
  private List<String> drained(String queue, int atLeast) {
    String name = "door." + queue;
    List<String> ids = new CopyOnWriteArrayList<>();
    Subscription subscription =
        broker.subscribe(
            QueueSpec.of(name),
            1000,
            (Delivery delivery) -> {
              ids.add(String.valueOf(delivery.message().correlationId()));
              delivery.ack();
            });
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                ids.size() >= atLeast && broker.stats(name).map(s -> s.ready() == 0).orElse(false));
    subscription.close();
    return ids;
  }
}
