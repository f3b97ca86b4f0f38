package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Inbound;
import dev.sluice.broker.Route.ToQueue;
import dev.sluice.broker.Subscription;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A RabbitMQ of its own, which is stopped, killed and started again. */
class RabbitOutageIT {
  private static DevServices services;
  private static RabbitService rabbit;
  private final String name = "outage-" + UUID.randomUUID();
  private RabbitBroker broker;

  @BeforeAll
  static void startRabbit() {
    services = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT));
    rabbit = services.rabbit();
  }

  @AfterAll
  static void endRabbit() {
    services.close();
  }

  @BeforeEach
  void open() {
    rabbit.start();
    broker = RabbitBroker.open(RabbitOptions.of(rabbit.url()));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  enum End {
    STOP,
    KILL,
    CLOSE_CONNECTIONS;

    void strike() {
      switch (this) {
        case STOP -> rabbit.stop();
        case KILL -> rabbit.kill();
        case CLOSE_CONNECTIONS -> rabbit.closeAllConnections();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void whatever_ends_the_broker_every_confirmed_message_is_there_and_no_answer_is_missing(End end)
      throws Exception {
    QueueSpec queue = new QueueSpec(name, Profile.QUORUM);
    broker.declare(queue);
    rabbit.flushDefinitions();
    Set<String> confirmed = ConcurrentHashMap.newKeySet();
    Set<String> refused = ConcurrentHashMap.newKeySet();
    Map<String, Throwable> other = new ConcurrentHashMap<>();
    AtomicInteger unknown = new AtomicInteger();
    CountDownLatch warm = new CountDownLatch(20_000);
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 0; unknown.get() == 0 && !Thread.interrupted(); i++) {
                String text = "m" + i;
                broker
                    .publish(new ToQueue(name), message(text))
                    .whenComplete(
                        (done, error) -> {
                          warm.countDown();
                          Throwable cause =
                              error instanceof CompletionException ? error.getCause() : error;
                          if (cause == null) {
                            confirmed.add(text);
                          } else if (cause instanceof BrokerException.Unknown) {
                            unknown.incrementAndGet();
                          } else if (cause instanceof BrokerException.Unavailable) {
                            refused.add(text);
                          } else {
                            other.put(text, cause);
                          }
                        });
              }
            });
    publisher.start();
    assertThat(warm.await(60, TimeUnit.SECONDS)).isTrue();

    end.strike();

    publisher.join(60_000);
    assertThat(publisher.isAlive()).isFalse();
    rabbit.start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> broker.health().connected() && broker.health().unconfirmed() == 0);
    assertThat(other).isEmpty();
    assertThat(unknown.get()).isBetween(1, 2000);
    Set<String> found = drain(queue);
    assertThat(found).containsAll(confirmed).noneMatch(refused::contains);
    assertThat(found.size() - confirmed.size()).isLessThanOrEqualTo(unknown.get());
  }

  @Test
  void a_consumer_goes_on_after_a_restart_and_a_late_ack_settles_no_other_message() {
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    broker.declare(queue);
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 1, in);
    broker.publish(new ToQueue(name), message("first")).join();
    broker.publish(new ToQueue(name), message("second")).join();
    Delivery old = in.next();
    rabbit.restart();

    Delivery again = in.next();

    assertThat(old.open()).isFalse();
    assertThat(Inbound.text(again)).isEqualTo("first");
    assertThat(again.redelivered()).isTrue();
    // Both have tag 1: on the new channel this would settle the redelivery.
    old.ack();
    assertThat(in.staysEmpty(500)).isTrue();
    again.ack();
    assertThat(Inbound.text(in.next())).isEqualTo("second");
    assertThat(subscription.active()).isTrue();
  }

  @Test
  void a_broker_that_is_down_at_the_start_is_said_once_and_once_when_it_is_there() {
    broker.close();
    rabbit.stop();
    QueueSpec queue = new QueueSpec(name, Profile.CLASSIC);
    try (LogLines log = new LogLines();
        RabbitBroker early =
            RabbitBroker.open(
                RabbitOptions.of(rabbit.url()).blockedTimeout(Duration.ofMillis(300)))) {
      Inbound in = new Inbound();
      Subscription subscription = early.subscribe(queue, 1, in);
      CompletableFuture<Void> rejected = early.publish(new ToQueue(name), message("a"));
      assertThat(rejected)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(BrokerException.Unavailable.class)
          .withMessageContaining(rabbit.address());
      await().until(() -> log.containing("trying again").size() >= 1);
      assertThat(subscription.active()).isFalse();

      rabbit.start();

      await().atMost(Duration.ofSeconds(30)).until(subscription::active);
      await().until(() -> early.health().connected());
      early.publish(new ToQueue(name), message("b")).join();
      assertThat(Inbound.text(in.next())).isEqualTo("b");
      assertThat(log.containing("cannot reach")).hasSize(1);
      String password = rabbit.url().replaceFirst(".*:([^:@/]+)@.*", "$1");
      assertThat(log.all()).noneMatch(line -> line.contains(password));
      assertThat(log.hasStack()).isFalse();
    }
  }

  private Set<String> drain(QueueSpec queue) {
    Set<String> found = new HashSet<>();
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 1000, in);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    do {
      assertThat(System.nanoTime()).as("still consuming").isLessThan(until);
      while (!in.isEmpty()) {
        Delivery delivery = in.next();
        found.add(Inbound.text(delivery));
        delivery.ack();
      }
    } while (!in.staysEmpty(2_000) || !subscription.active());
    return found;
  }

  private static Message message(String text) {
    return new Message(
        "text/plain", "utf-8", 0, null, null, Map.of(), text.getBytes(StandardCharsets.UTF_8));
  }
}
