package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Inbound;
import dev.sluice.broker.Route.Delayed;
import dev.sluice.broker.Route.ToQueue;
import dev.sluice.broker.Subscription;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;
import dev.sluice.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a shared RabbitMQ may have in store. */
class RabbitOddsIT {
  private final RabbitService rabbit = DevServices.shared().rabbit();
  private final String name = "odd-" + UUID.randomUUID();
  private RabbitBroker broker;
  private RawRabbit raw;

  @BeforeEach
  void open() throws Exception {
    broker = RabbitBroker.open(RabbitOptions.of(rabbit.url()).topology(new Topology("odds")));
    raw = new RawRabbit(rabbit.url());
    await().until(() -> broker.health().connected());
  }

  @AfterEach
  void close() {
    broker.close();
    raw.close();
  }

  @Test
  void a_header_integer_of_type_L_is_read_and_the_connection_lives() throws Exception {
    QueueSpec queue = new QueueSpec(name, Profile.CELERY);
    broker.declare(queue);
    Inbound in = new Inbound();
    broker.subscribe(queue, 10, in);
    raw.publishLong(name, 1_795_226_835_000L);

    Delivery delivery = in.next();

    assertThat(delivery.message().headers()).containsEntry("ts", 1_795_226_835_000L);
    assertThat(delivery.redelivered()).isFalse();
    delivery.ack();
    publish(queue, "after");
    assertThat(Inbound.text(in.next())).isEqualTo("after");
  }

  @Test
  void the_same_frame_ends_a_plain_client_so_the_test_above_tests_something() throws Exception {
    broker.declare(new QueueSpec(name, Profile.CELERY));
    raw.publishLong(name, 1_795_226_835_000L);
    try (RawRabbit plain = new RawRabbit(rabbit.url())) {
      if (!isAtLeast(4, 0)) {
        assertThatThrownBy(() -> plain.channel.basicGet(name, true)).isNotNull();
        assertThat(plain.channel.isOpen()).isFalse();
      } else {
        // From 4.0 on the broker writes the headers anew, with the type that Java's client knows.
        assertThat(plain.channel.basicGet(name, true).getProps().getHeaders())
            .containsEntry("ts", 1_795_226_835_000L);
      }
    }
  }

  @Test
  void a_queue_with_other_arguments_is_used_as_it_is_and_that_is_said_once() throws Exception {
    raw.channel.queueDeclare(name, true, false, false, Map.of("x-max-priority", 5));
    QueueSpec queue = new QueueSpec(name, Profile.QUORUM);
    try (LogLines log = new LogLines()) {
      broker.declare(queue);
      Inbound in = new Inbound();
      broker.subscribe(queue, 10, in);
      broker.declare(queue);
      publish(queue, "a");
      assertThat(Inbound.text(in.next())).isEqualTo("a");
      assertThat(log.containing("queue '" + name + "' exists"))
          .singleElement()
          .asString()
          .contains("x-max-priority", "used as it is");
      broker.publish(new Delayed(name, Instant.now().plusMillis(100)), message("late")).join();
      assertThat(Inbound.text(in.next())).isEqualTo("late");
    }
  }

  @Test
  void our_queues_survive_ten_requeues_of_a_message() {
    // From 4.3 on only basic.reject is counted, basic.nack is not.
    boolean requeuesAreCounted = !isAtLeast(4, 3);
    QueueSpec queue = new QueueSpec(name, Profile.QUORUM);
    broker.declare(queue);
    Inbound in = new Inbound();
    broker.subscribe(queue, 1, in);
    publish(queue, "tough");
    for (int i = 0; i < 10; i++) {
      Delivery delivery = in.next();
      assertThat(delivery.deliveryCount()).isEqualTo(requeuesAreCounted ? i : 0);
      delivery.giveBack();
    }
    Delivery last = in.next();
    assertThat(Inbound.text(last)).isEqualTo("tough");
    assertThat(last.deliveryCount()).isEqualTo(requeuesAreCounted ? 10 : 0);
    last.ack();
  }

  @Test
  void every_channel_that_dies_with_a_message_is_counted() {
    QueueSpec queue = new QueueSpec(name, Profile.QUORUM);
    broker.declare(queue);
    publish(queue, "tough");
    for (int i = 0; i < 4; i++) {
      try (RabbitBroker dying = RabbitBroker.open(RabbitOptions.of(rabbit.url()))) {
        Inbound in = new Inbound();
        dying.subscribe(queue, 1, in);
        assertThat(in.next().deliveryCount()).isEqualTo(i);
      }
    }
  }

  @Test
  void queues_are_declared_as_their_profile_says() throws Exception {
    for (Profile profile : Profile.values()) {
      broker.declare(new QueueSpec(name + profile, profile));
    }
    String queues = rabbit.ctl("-q", "list_queues", "name", "durable", "arguments");
    assertThat(lineOf(queues, name + "QUORUM"))
        .contains("true", "x-queue-type", "quorum", "x-delivery-limit", "1000000000");
    // 4.x notes the type that it chose among the arguments.
    String none = isAtLeast(4, 0) ? "[{\"x-queue-type\",\"classic\"}]" : "[]";
    assertThat(lineOf(queues, name + "CLASSIC")).contains("true", none);
    assertThat(lineOf(queues, name + "CELERY")).contains("true", none);
    assertThat(lineOf(queues, name + "CELERY_QUORUM"))
        .contains("true", "quorum")
        .doesNotContain("x-delivery-limit");
    // Declared as Celery does, with its exchange of the same name.
    raw.channel.exchangeDeclare(name + "CELERY", "direct", true);
    raw.channel.queueDeclare(name + "CELERY", true, false, false, null);
    raw.channel.confirmSelect();
    raw.channel.basicPublish(name + "CELERY", name + "CELERY", null, new byte[1]);
    raw.channel.basicPublish(
        "celery_delayed_delivery", "0.1." + name + "CELERY", null, new byte[1]);
    raw.channel.waitForConfirmsOrDie(10_000);
    await()
        .untilAsserted(
            () -> assertThat(broker.stats(name + "CELERY").orElseThrow().ready()).isEqualTo(2));
  }

  @Test
  void the_ladder_has_28_levels_that_dead_letter_at_least_once() {
    broker.declare(new QueueSpec(name, Profile.QUORUM));
    String queues = rabbit.ctl("-q", "list_queues", "name", "arguments");
    for (int level = 0; level < 28; level++) {
      assertThat(lineOf(queues, "odds.sluice_delayed_" + level))
          .contains("at-least-once", "reject-publish", String.valueOf((1L << level) * 1000))
          .contains("x-delivery-limit", "1000000000");
    }
    assertThat(lineOf(queues, "odds.sluice.unrouted")).contains("x-delivery-limit", "1000000000");
  }

  @Test
  void no_message_carries_an_expiration_of_amqp_whatever_its_headers_say() throws Exception {
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    broker.declare(queue);
    Message expiring =
        new Message(
            null,
            null,
            0,
            null,
            null,
            Map.of("expires", "2026-01-01T00:00:00+00:00", "expiration", "1"),
            new byte[1]);
    broker.publish(new ToQueue(name), expiring).join();
    broker.publish(new Delayed(name, Instant.now().plusMillis(1)), expiring).join();

    await().untilAsserted(() -> assertThat(broker.stats(name).orElseThrow().ready()).isEqualTo(2));
    for (int i = 0; i < 2; i++) {
      assertThat(raw.channel.basicGet(name, true).getProps().getExpiration()).isNull();
    }
  }

  @Test
  void a_message_that_came_with_an_expiration_of_amqp_goes_on_without_it() throws Exception {
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    broker.declare(queue);
    raw.channel.basicPublish(
        "", name, new BasicProperties.Builder().expiration("60000").build(), new byte[1]);
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 1, in);
    Delivery delivery = in.next();
    subscription.cancel();

    broker.publish(new Delayed(name, Instant.now().plusMillis(1)), delivery.message()).join();
    delivery.ack();

    await().untilAsserted(() -> assertThat(broker.stats(name).orElseThrow().ready()).isEqualTo(1));
    assertThat(raw.channel.basicGet(name, true).getProps().getExpiration()).isNull();
  }

  @Test
  void twenty_megabytes_come_back_byte_by_byte() {
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    broker.declare(queue);
    byte[] body = new byte[20 << 20];
    new Random(1).nextBytes(body);
    broker
        .publish(
            new ToQueue(name), new Message(null, null, 0, null, null, Map.of("big", true), body))
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
    Inbound in = new Inbound();
    broker.subscribe(queue, 1, in);
    assertThat(in.next().message().body()).isEqualTo(body);
  }

  @Test
  void headers_too_large_for_a_frame_are_refused_and_the_next_message_is_confirmed() {
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    broker.declare(queue);
    Message fat =
        new Message(null, null, 0, null, null, Map.of("fat", "x".repeat(200_000)), new byte[] {1});
    assertThatThrownBy(() -> broker.publish(new ToQueue(name), fat).join())
        .hasCauseInstanceOf(BrokerException.Refused.class);
    publish(queue, "next");
    publish(queue, "and next");
  }

  @Test
  void a_queue_that_is_full_refuses_the_message() throws Exception {
    raw.channel.queueDeclare(
        name, true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    publish(queue, "fits");
    assertThatThrownBy(() -> publish(queue, "too much"))
        .hasCauseInstanceOf(BrokerException.Refused.class);
  }

  @Test
  void ten_thousand_messages_through_a_window_of_ten_all_arrive() {
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    try (RabbitBroker narrow = RabbitBroker.open(RabbitOptions.of(rabbit.url()).window(10))) {
      narrow.declare(queue);
      var confirms = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 10_000; i++) {
        confirms.add(narrow.publish(new ToQueue(name), message("m" + i)));
      }
      confirms.forEach(CompletableFuture::join);
      assertThat(narrow.health().unconfirmed()).isZero();
      assertThat(narrow.stats(name).orElseThrow().ready()).isEqualTo(10_000);
    }
  }

  @Test
  void a_wrong_password_is_said_once_without_the_password() {
    String url = rabbit.url().replaceFirst(":[^:@/]+@", ":wrong-secret@");
    try (LogLines log = new LogLines();
        RabbitBroker refused =
            RabbitBroker.open(RabbitOptions.of(url).blockedTimeout(Duration.ofMillis(500)))) {
      await().until(() -> !log.containing("refuses the login").isEmpty());
      assertThatThrownBy(() -> refused.publish(new ToQueue(name), message("a")).join())
          .hasCauseInstanceOf(BrokerException.Unavailable.class);
      assertThatThrownBy(() -> refused.declare(new QueueSpec(name, Profile.CLASSIC)))
          .isInstanceOf(BrokerException.Unavailable.class)
          .hasMessageContaining("correct user, password");
      assertThat(refused.health().connected()).isFalse();
      assertThat(log.all()).hasSize(1).noneMatch(line -> line.contains("wrong-secret"));
      assertThat(log.hasStack()).isFalse();
    }
  }

  private void publish(QueueSpec queue, String text) {
    broker.publish(new ToQueue(queue.name()), message(text)).join();
  }

  private boolean isAtLeast(int major, int minor) {
    String[] version = rabbit.version().replace("RabbitMQ ", "").split("\\.");
    int[] actual = {Integer.parseInt(version[0]), Integer.parseInt(version[1])};
    return Arrays.compare(actual, new int[] {major, minor}) >= 0;
  }

  private static Message message(String text) {
    return new Message(
        "text/plain", "utf-8", 0, null, null, Map.of(), text.getBytes(StandardCharsets.UTF_8));
  }

  private static String lineOf(String lines, String name) {
    return lines.lines().filter(line -> line.startsWith(name + "\t")).findFirst().orElseThrow();
  }
}
