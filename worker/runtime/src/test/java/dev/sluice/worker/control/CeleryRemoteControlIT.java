package dev.sluice.worker.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The real {@code celery} command sees our workers as its own. */
class CeleryRemoteControlIT {
  private static final String ONE = "sluice@one";
  private static final String TWO = "sluice@two";

  private static final FakeWorker one = new FakeWorker(ONE);
  private static final FakeWorker two = new FakeWorker(TWO);
  private static Broker broker;
  private static Database database;
  private static ControlBus busOne;
  private static ControlBus busTwo;
  private static CeleryClient celery;

  @BeforeAll
  static void start() throws Exception {
    DevServices services = DevServices.shared();
    String url = services.rabbit().url();
    DatabaseService server = services.database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    broker = RabbitBroker.open(RabbitOptions.of(url));
    InstantSource clock = InstantSource.system();
    busOne = ControlBus.start(broker, one, Optional.of(database.dataSource()), clock);
    busTwo = ControlBus.start(broker, two, Optional.empty(), clock);
    celery = new CeleryClient(url);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(celery.run("status", "-t", "3").output()).contains("2 nodes online"));
  }

  @AfterAll
  static void close() {
    busOne.close();
    busTwo.close();
    broker.close();
    database.close();
  }

  @Test
  void status_shows_both_workers() throws Exception {
    CeleryClient.Ended status = celery.run("status", "-t", "3");
    assertThat(status.status()).isZero();
    assertThat(status.output()).contains("sluice@one: OK", "sluice@two: OK", "2 nodes online");
  }

  @Test
  void inspect_ping_is_answered_by_the_destination_alone() throws Exception {
    JsonNode all = celery.run("inspect", "ping", "-t", "3", "--json").json();
    assertThat(all.toString()).contains(ONE, TWO);
    JsonNode replies = celery.run("inspect", "ping", "-t", "3", "-d", TWO, "--json").json();
    assertThat(replies.toString()).contains("pong", TWO).doesNotContain(ONE);
  }

  @Test
  void inspect_stats_has_what_the_command_prints() throws Exception {
    JsonNode stats = celery.run("inspect", "stats", "-t", "3", "-d", ONE, "--json").json();
    assertThat(stats.findValue("total").path("clicks.record").asInt()).isEqualTo(42);
    assertThat(stats.findValue("pool").path("max-concurrency").asInt()).isEqualTo(5);
    assertThat(celery.run("inspect", "stats", "-t", "3", "-d", ONE).output())
        .contains("\"prefetch_count\": 20");
  }

  @Test
  void inspect_active_and_registered_list_tasks() throws Exception {
    CeleryClient.Ended active = celery.run("inspect", "active", "-t", "3", "-d", ONE);
    assertThat(active.output()).contains(FakeWorker.RUNNING, "clicks.record", "Grüße");
    CeleryClient.Ended registered = celery.run("inspect", "registered", "-t", "3", "-d", ONE);
    assertThat(registered.output()).contains("* clicks.lost", "* clicks.record");
  }

  @Test
  void control_revoke_reaches_every_worker_and_the_inbox() throws Exception {
    String id = UUID.randomUUID().toString();
    CeleryClient.Ended revoke = celery.run("control", "-t", "3", "revoke", id);
    assertThat(revoke.output()).contains("tasks " + id + " flagged as revoked");
    assertThat(one.revoked.poll(10, TimeUnit.SECONDS))
        .isEqualTo(new FakeWorker.Revoked(Set.of(id), false));
    assertThat(two.revoked.poll(10, TimeUnit.SECONDS)).isNotNull();
    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(new Inbox(InstantSource.system()).find(connection, InboxKey.of(id)))
          .contains(InboxKind.REVOKED);
    }
  }

  @Test
  void a_command_that_we_do_not_have_is_answered_with_an_error() throws Exception {
    CeleryClient.Ended report = celery.run("inspect", "report", "-t", "3", "-d", ONE);
    assertThat(report.output()).contains("sluice@one: ERROR", "KeyError('report')");
  }

  @Test
  void control_shutdown_stops_its_destination_without_a_reply() throws Exception {
    CeleryClient.Ended shutdown = celery.run("control", "-t", "3", "-d", TWO, "shutdown");
    assertThat(shutdown.status()).isEqualTo(CeleryClient.NOBODY_REPLIED);
    assertThat(two.shutdown.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(one.shutdown.getCount()).isEqualTo(1);
  }
}
