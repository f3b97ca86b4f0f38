package dev.sluice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.MessageFactory;
import dev.sluice.producer.NewTask;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxOnRabbitIT {
  record Click(long user, String page) {}

  private static final int ROWS = 20_000;

  private final String queue = "outbox-" + UUID.randomUUID();
  private final TaskType<Click> click = TaskType.of("clicks.record", Click.class).queue(queue);
  private RabbitBroker broker;
  private Database database;

  @BeforeEach
  void open() throws Exception {
    broker = RabbitBroker.open(RabbitOptions.of(DevServices.shared().rabbit().url()));
    Awaitility.await().until(() -> broker.health().connected());
    database = Database.open(OutboxIT.newDatabase());
    database.migrate();
  }

  @AfterEach
  void close() {
    database.close();
    broker.close();
  }

  @Test
  void every_row_arrives_with_its_id() throws Exception {
    Set<String> written = insert(ROWS);
    OutboxRelay relay = new OutboxRelay(database.dataSource(), broker, InstantSource.system());
    while (relay.runOnce().isZero()) {
      assertThat(broker.health().connected()).isTrue();
    }

    Set<String> arrived = new HashSet<>();
    broker.subscribe(
        QueueSpec.of(queue),
        1000,
        delivery -> {
          synchronized (arrived) {
            arrived.add(delivery.message().correlationId());
          }
          delivery.ack();
        });
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              synchronized (arrived) {
                assertThat(arrived).hasSize(ROWS);
              }
            });
    assertThat(arrived).isEqualTo(written);
  }

  @Test
  void several_relays_of_one_table_publish_each_row_once() throws Exception {
    int rows = 8 * OutboxRows.LIMIT;
    insert(rows);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Callable<Void> relay =
          () -> {
            OutboxRelay one =
                new OutboxRelay(database.dataSource(), broker, InstantSource.system());
            while (stats().waiting() > 0) {
              one.runOnce();
            }
            return null;
          };
      for (Future<Void> done : threads.invokeAll(List.of(relay, relay, relay))) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(broker.purge(queue)).isEqualTo(rows);
  }

  @Test
  void a_producer_s_tasks_are_on_the_broker_when_the_call_returns() {
    Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    producer.enqueue(click, new Click(1, "home"));
    assertThat(broker.stats(queue).orElseThrow().ready()).isEqualTo(1);
    producer.enqueueAll(
        List.of(
            EnqueueRequest.of(click, new Click(2, "home")),
            EnqueueRequest.of(click, new Click(3, "home"))));
    assertThat(broker.purge(queue)).isEqualTo(3);
  }

  private OutboxStats stats() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return OutboxStats.read(connection);
    }
  }

  private Set<String> insert(int rows) throws Exception {
    MessageFactory factory = factory();
    Outbox outbox = new Outbox(InstantSource.system());
    Set<String> ids = new HashSet<>();
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      List<RoutedMessage> messages = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        NewTask task =
            factory.create(click, new Click(i, "x".repeat(900)), EnqueueOptions.DEFAULTS, null);
        ids.add(task.taskId());
        messages.add(task.routed());
      }
      outbox.insert(connection, messages);
      connection.commit();
    }
    return ids;
  }

  private MessageFactory factory() {
    return new MessageFactory(broker.topology(), "it", 1 << 20, InstantSource.system());
  }
}
