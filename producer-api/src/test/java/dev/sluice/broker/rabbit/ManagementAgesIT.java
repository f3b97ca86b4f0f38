package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.producer.QueueFull;
import dev.sluice.producer.QueueLimits;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ages of messages, as RabbitMQ's management API lets one work them out. */
class ManagementAgesIT {
  record Click(long user) {}

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static DevServices services;
  private static RabbitService rabbit;

  @BeforeAll
  static void start() {
    services = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT).withManagement());
    rabbit = services.rabbit();
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  @Test
  void the_age_of_the_oldest_grows_and_a_queue_that_stands_still_is_full_by_it() {
    TaskType<Click> type = TaskType.of("ages.click", Click.class).queue("ages");
    ProducerOptions options =
        ProducerOptions.DEFAULTS.limit(
            "ages", QueueLimits.maxWaiting(1_000_000).maxAge(Duration.ofSeconds(7)));
    try (Broker broker = open(rabbit.managementUrl());
        Producer producer = Producer.open(broker, options)) {
      producer.enqueue(type, new Click(1));
      producer.enqueue(type, new Click(2));
      await()
          .atMost(PATIENCE)
          .until(() -> broker.oldestAge("ages").orElse(Duration.ZERO).toSeconds() >= 7);
      await().atMost(PATIENCE).until(() -> !producer.health().fullQueues().isEmpty());
      assertThatThrownBy(() -> producer.enqueue(type, new Click(3)))
          .isInstanceOf(QueueFull.class)
          .hasMessageContaining("maxAge is 7 s");

      List<Delivery> taken = new CopyOnWriteArrayList<>();
      Subscription subscription = broker.subscribe(QueueSpec.of("ages"), 10, taken::add);
      await().until(() -> taken.size() == 2);
      taken.forEach(Delivery::ack);
      await().atMost(PATIENCE).until(() -> producer.health().fullQueues().isEmpty());
      subscription.close();
    }
  }

  @Test
  void without_the_management_api_an_age_cannot_be_limited() {
    ProducerOptions options =
        ProducerOptions.DEFAULTS.limit(
            "ages", QueueLimits.maxWaiting(1).maxAge(Duration.ofSeconds(7)));
    try (Broker broker = RabbitBroker.open(RabbitOptions.of(rabbit.url()))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Producer.open(broker, options))
          .withMessageContaining("broker.managementUrl");
    }
  }

  private static Broker open(String managementUrl) {
    RabbitBroker broker =
        RabbitBroker.open(RabbitOptions.of(rabbit.url()).managementUrl(managementUrl));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
    return broker;
  }
}
