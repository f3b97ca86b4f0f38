package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.broker.Subscription;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue that is full to its producers, before it is to the broker. */
class QueueLimitsTest {
  record Click(long user) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks");
  private static final TaskType<Click> OTHER =
      TaskType.of("orders.ship", Click.class).queue("orders");
  private static final ProducerOptions LIMITED =
      ProducerOptions.DEFAULTS.limit("clicks", QueueLimits.maxWaiting(100));

  @TempDir Path folder;
  private final InMemoryBroker broker = InMemoryBroker.open(new Topology("shop"));

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void a_task_for_a_full_queue_is_refused_with_the_figure_and_when_to_come_back() {
    try (Producer producer = Producer.open(broker, LIMITED)) {
      fill(producer);
      assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1)))
          .isInstanceOfSatisfying(
              QueueFull.class,
              full -> {
                assertThat(full.retryAfter())
                    .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
                assertThat(full.taskId()).hasSize(36);
              })
          .hasMessageContaining("'shop.clicks'")
          .hasMessageContaining("100 messages wait, maxWaiting is 100");
      assertThat(producer.health().fullQueues()).singleElement().asString().contains("clicks");
      assertThat(ready()).isEqualTo(100);
    }
  }

  @Test
  void what_waits_in_the_partitions_of_a_queue_counts() {
    try (Producer producer = Producer.open(broker, LIMITED)) {
      for (int user = 0; user < 100; user++) {
        producer.enqueue(CLICK, new Click(user), EnqueueOptions.DEFAULTS.orderKey("user-" + user));
      }
      await().until(() -> !producer.health().fullQueues().isEmpty());

      assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1))).isInstanceOf(QueueFull.class);
      assertThatThrownBy(
              () -> producer.enqueue(CLICK, new Click(1), EnqueueOptions.DEFAULTS.orderKey("next")))
          .isInstanceOf(QueueFull.class);
    }
  }

  @Test
  void other_queues_stay_open() {
    try (Producer producer = Producer.open(broker, LIMITED)) {
      fill(producer);
      assertThatCode(() -> producer.enqueue(OTHER, new Click(1))).doesNotThrowAnyException();
    }
  }

  @Test
  void of_many_tasks_those_for_the_full_queue_are_refused() {
    try (Producer producer = Producer.open(broker, LIMITED)) {
      fill(producer);
      List<EnqueueRequest<?>> requests =
          List.of(
              EnqueueRequest.of(CLICK, new Click(1)),
              EnqueueRequest.of(OTHER, new Click(2)),
              EnqueueRequest.of(CLICK, new Click(3)));
      assertThatThrownBy(() -> producer.enqueueAll(requests))
          .isInstanceOfSatisfying(
              EnqueueIncomplete.class,
              some -> {
                assertThat(some.accepted()).hasSize(1);
                assertThat(some.failed().values()).hasSize(2).allMatch(e -> e instanceof QueueFull);
              });
    }
  }

  @Test
  void beside_a_full_queue_a_broker_that_is_away_is_still_tried_only_once() {
    ScriptedBroker scripted = new ScriptedBroker(new Topology("shop"));
    scripted.holds(100);
    scripted.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unavailable("away", null)));
    List<EnqueueRequest<?>> requests = new ArrayList<>();
    requests.add(EnqueueRequest.of(CLICK, new Click(0)));
    for (int i = 0; i < 50; i++) {
      requests.add(EnqueueRequest.of(OTHER, new Click(i)));
    }
    try (Producer producer = Producer.open(scripted, LIMITED)) {
      await().until(() -> !producer.health().fullQueues().isEmpty());
      assertThatThrownBy(() -> producer.enqueueAll(requests))
          .isInstanceOfSatisfying(
              EnqueueIncomplete.class,
              none -> {
                assertThat(none.accepted()).isEmpty();
                assertThat(none.failed().values())
                    .hasSize(51)
                    .filteredOn(e -> e instanceof QueueFull)
                    .hasSize(1);
              });
      assertThat(scripted.sent()).hasSize(1);
    }
  }

  @Test
  void a_queue_just_below_its_limit_stays_shut_until_nine_tenths_are_left() throws Exception {
    try (Producer producer = Producer.open(broker, LIMITED)) {
      fill(producer);
      take(5);
      QueueGate gate = new QueueGate(broker, LIMITED.limits(), ProducerOptions.DEFAULTS.clock());
      gate.runOnce();
      assertThat(gate.fullQueues()).as("a fresh look").isEmpty();
      await().until(() -> ready() == 95);
      assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1))).isInstanceOf(QueueFull.class);

      take(10);
      await().atMost(Duration.ofSeconds(5)).until(() -> producer.health().fullQueues().isEmpty());
      assertThatCode(() -> producer.enqueue(CLICK, new Click(1))).doesNotThrowAnyException();
    }
  }

  @Test
  void a_queue_that_is_full_by_age_stays_shut_while_nobody_knows_ages_and_opens_when_empty() {
    ScriptedBroker scripted = new ScriptedBroker(new Topology("shop"));
    Duration most = Duration.ofSeconds(60);
    QueueLimits limits = QueueLimits.maxWaiting(1000).maxAge(most);
    QueueGate gate =
        new QueueGate(scripted, Map.of("clicks", limits), ProducerOptions.DEFAULTS.clock());
    scripted.holds(5);
    gate.runOnce();
    assertThat(gate.fullQueues()).as("no age is known yet").isEmpty();

    scripted.oldest(most);
    gate.runOnce();
    assertThat(gate.fullQueues()).singleElement().asString().contains("maxAge is 60 s");
    scripted.oldest(null);
    gate.runOnce();
    gate.runOnce();
    assertThat(gate.fullQueues()).singleElement().asString().contains("maxAge is 60 s");
    scripted.oldest(Duration.ofSeconds(55));
    gate.runOnce();
    assertThat(gate.fullQueues()).as("nine tenths are 54 s").hasSize(1);
    scripted.oldest(Duration.ofSeconds(53));
    gate.runOnce();
    assertThat(gate.fullQueues()).isEmpty();

    scripted.oldest(most);
    gate.runOnce();
    scripted.oldest(null);
    scripted.holds(0);
    gate.runOnce();
    assertThat(gate.fullQueues()).as("empty").isEmpty();
  }

  @Test
  void a_queue_that_was_full_by_number_opens_by_number_though_no_age_is_known() {
    ScriptedBroker scripted = new ScriptedBroker(new Topology("shop"));
    QueueLimits limits = QueueLimits.maxWaiting(100).maxAge(Duration.ofSeconds(60));
    QueueGate gate =
        new QueueGate(scripted, Map.of("clicks", limits), ProducerOptions.DEFAULTS.clock());
    scripted.holds(100);
    gate.runOnce();
    assertThat(gate.fullQueues()).hasSize(1);
    scripted.holds(89);
    gate.runOnce();
    assertThat(gate.fullQueues()).isEmpty();
  }

  @Test
  void a_spooling_producer_refuses_too_and_keeps_nothing() {
    ProducerOptions options = LIMITED.spool(SpoolOptions.of(folder));
    try (Producer producer = Producer.open(broker, options)) {
      fill(producer);
      assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1))).isInstanceOf(QueueFull.class);
      await().until(() -> producer.health().spool().messages() == 0);
      assertThat(ready()).isEqualTo(100);
    }
  }

  @Test
  void a_transaction_is_refused_before_anything_is_inserted() throws Exception {
    String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
    try (Database database = Database.open(DatabaseOptions.of(url));
        Producer producer = Producer.open(broker, LIMITED)) {
      database.migrate();
      fill(producer);
      assertThatThrownBy(
              () ->
                  producer.transaction(
                      database.dataSource(), tx -> tx.enqueue(CLICK, new Click(1))))
          .isInstanceOf(QueueFull.class);
    }
  }

  @Test
  void while_the_broker_tells_nothing_the_last_look_stands() {
    try (Producer producer = Producer.open(broker, LIMITED)) {
      fill(producer);
      broker.close();
      assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1))).isInstanceOf(QueueFull.class);
    }
  }

  @Test
  void limits_take_a_broker() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Producer.open(Topology.DEFAULT, LIMITED.spool(SpoolOptions.of(folder))))
        .withMessageContaining("no limits");
  }

  @Test
  void limits_must_be_possible() {
    assertThatIllegalArgumentException().isThrownBy(() -> QueueLimits.maxWaiting(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueueLimits.maxWaiting(1).maxAge(Duration.ZERO));
  }

  private void fill(Producer producer) {
    for (int i = 0; i < 100; i++) {
      producer.enqueue(CLICK, new Click(i));
    }
    await().until(() -> !producer.health().fullQueues().isEmpty());
  }

  private long ready() {
    return broker.stats("shop.clicks").orElseThrow().ready();
  }

  /** Takes messages away, as a worker would. */
  private void take(int messages) {
    long before = ready();
    List<Delivery> taken = new CopyOnWriteArrayList<>();
    Subscription subscription = broker.subscribe(QueueSpec.of("shop.clicks"), messages, taken::add);
    await().until(() -> taken.size() == messages);
    List<Delivery> held = List.copyOf(taken);
    subscription.cancel();
    held.forEach(Delivery::ack);
    subscription.close();
    await().until(() -> ready() == before - messages);
  }
}
