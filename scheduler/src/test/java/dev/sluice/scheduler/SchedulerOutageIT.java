package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A scheduler on a MariaDB and a RabbitMQ of its own, which are stopped and started again. */
class SchedulerOutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final JobSpec TICK =
      JobSpec.every("tick", Duration.ofSeconds(1), "ticks.tick", "ticks")
          .misfire(MisfirePolicy.ALL);

  private DevServices services;
  private DatabaseService server;
  private RabbitService rabbit;
  private TestDatabase tables;
  private RabbitBroker broker;
  private Scheduler scheduler;

  @BeforeEach
  void open() {
    services = DevServices.start(ServiceOptions.of(ServiceKind.DATABASE, ServiceKind.RABBIT));
    server = services.database();
    rabbit = services.rabbit();
    tables =
        TestDatabase.migrated(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    broker = RabbitBroker.open(RabbitOptions.of(rabbit.url()));
    scheduler = Scheduler.open(SchedulerOptions.of(tables.database(), broker, List.of(TICK)));
    scheduler.start();
  }

  @AfterEach
  void close() {
    scheduler.close();
    broker.close();
    tables.close();
    services.close();
  }

  @Test
  void what_was_fired_while_the_broker_was_down_arrives_once_it_is_back() {
    await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= 2);
    rabbit.stop();
    int before = tables.firings("tick").size();
    await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= before + 3);
    assertThat(scheduler.health().ready()).isTrue();
    rabbit.start();

    Received received = Received.from(broker, "ticks");
    await()
        .atMost(PATIENCE)
        .until(() -> received.ids().containsAll(tables.firings("tick").subList(0, before + 3)));
    scheduler.close();
    assertThat(tables.fireTimes("tick")).isEqualTo(everySecond(tables.fireTimes("tick")));
  }

  @Test
  void what_was_due_while_the_database_was_down_for_a_minute_is_fired_once_it_is_back() {
    Received received = Received.from(broker, "ticks");
    await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= 2);
    server.stop();
    Instant down = Instant.now();
    assertThat(scheduler.health().ready()).isFalse();
    await().atMost(PATIENCE).until(() -> Instant.now().isAfter(down.plusSeconds(60)));
    server.start();
    Instant up = Instant.now();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<Instant> fired = tables.fireTimes("tick");
              assertThat(fired).isEqualTo(everySecond(fired));
              assertThat(fired.get(fired.size() - 1)).isAfter(up);
            });
    List<String> tasks = tables.firings("tick");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(new HashSet<>(received.ids())).containsAll(tasks));
    assertThat(scheduler.health().ready()).isTrue();
  }

  private static List<Instant> everySecond(List<Instant> fired) {
    return Stream.iterate(fired.get(0), instant -> instant.plusSeconds(1))
        .limit(fired.size())
        .toList();
  }
}
