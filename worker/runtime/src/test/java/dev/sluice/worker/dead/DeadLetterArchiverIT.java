package dev.sluice.worker.dead;

import static dev.sluice.worker.dead.Letters.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;
import dev.sluice.topology.Topology;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The archiver between RabbitMQ and MariaDB. */
class DeadLetterArchiverIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Topology TOPOLOGY = new Topology("archiver");

  private Broker broker;
  private DeadDatabase database;
  private DeadTasks deadTasks;
  private DeadLetterArchiver archiver;

  @BeforeEach
  void start() throws SQLException {
    broker =
        RabbitBroker.open(RabbitOptions.of(DevServices.shared().rabbit().url()).topology(TOPOLOGY));
    database = new DeadTasksIT().open();
    InstantSource clock = InstantSource.system();
    deadTasks = new DeadTasks(database.dataSource(), clock);
    archiver = new DeadLetterArchiver(broker, database.dataSource(), clock);
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(BrokerException.class)
        .until(
            () -> {
              broker.declare(QueueSpec.of(TOPOLOGY.deadQueue()));
              return true;
            });
  }

  @AfterEach
  void close() {
    archiver.close();
    broker.close();
    database.close();
  }

  @Test
  void a_delayed_message_whose_queue_is_missing_is_archived_with_the_queues_name()
      throws Exception {
    broker
        .publish(
            new Route.Delayed("archiver.gone", Instant.now().plusSeconds(1)), Letters.task("t-1"))
        .join();
    DeadTask dead = archiveUntil(1).get(0);
    assertThat(dead.reason()).isEqualTo("UNROUTED");
    assertThat(dead.queue()).isEqualTo("archiver.gone");
  }

  @Test
  void what_a_time_to_live_of_the_broker_ends_is_archived_as_expired_and_never_sent_back()
      throws Exception {
    String queue = "archiver.short-lived";
    RabbitService rabbit = DevServices.shared().rabbit();
    rabbit.ctl(
        "set_policy",
        "--apply-to",
        "queues",
        "short-lived",
        "^archiver\\.short-lived$",
        """
        {"message-ttl": 50, "dead-letter-exchange": "", "dead-letter-routing-key": "%s"}"""
            .formatted(TOPOLOGY.deadQueue()));
    try {
      broker.declare(new QueueSpec(queue, Profile.CELERY));
      broker.publish(new Route.ToQueue(queue), Letters.task("t-1")).join();

      DeadTask dead = archiveUntil(1).get(0);

      assertThat(dead.reason()).isEqualTo("EXPIRED");
      assertThat(dead.queue()).isEqualTo(queue);
      DeadReport report = deadTasks.redrive(List.of(dead.id()), 10);
      assertThat(report.done()).isZero();
      assertThat(report.refused().get(0).reason()).contains("EXPIRED is never sent back");
      assertThat(database.outbox()).isEmpty();
    } finally {
      rabbit.ctl("clear_policy", "short-lived");
    }
  }

  @Test
  void twenty_megabytes_are_archived_clipped_and_hold_up_no_other() throws Exception {
    byte[] body = new byte[20 << 20];
    Arrays.fill(body, (byte) '\'');
    broker.publish(new Route.ToQueue(TOPOLOGY.deadQueue()), big("t-1", body)).join();
    broker.publish(new Route.ToQueue(TOPOLOGY.deadQueue()), Letters.dead("t-2", "REJECTED")).join();

    List<DeadTask> all = archiveUntil(2);

    assertThat(all)
        .extracting(DeadTask::taskId, DeadTask::clipped)
        .containsExactlyInAnyOrder(tuple("t-1", true), tuple("t-2", false));
  }

  @Test
  void big_messages_full_of_quotes_are_kept_whole_together() throws Exception {
    byte[] body = new byte[(4 << 20) - 4096];
    Arrays.fill(body, (byte) '\'');
    List<Message> letters = List.of(big("t-1", body), big("t-2", body), big("t-3", body));
    database.archive(NOW, letters.toArray(Message[]::new));
    List<DeadTask> all = deadTasks.list(DeadFilter.ALL, 10);
    assertThat(all).hasSize(3).noneMatch(DeadTask::clipped);
    assertThat(deadTasks.message(all.get(0).id()).orElseThrow().body()).isEqualTo(body);
  }

  @Test
  void two_archivers_of_one_queue_share_the_work_and_double_nothing() throws Exception {
    try (DeadLetterArchiver other =
        new DeadLetterArchiver(broker, database.dataSource(), InstantSource.system())) {
      List<CompletableFuture<Void>> confirms = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        confirms.add(
            broker.publish(
                new Route.ToQueue(TOPOLOGY.deadQueue()), Letters.dead("t-" + i % 150, "REJECTED")));
      }
      confirms.forEach(CompletableFuture::join);
      other.runOnce();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                archiver.runOnce();
                other.runOnce();
                assertThat(deadTasks.list(DeadFilter.ALL, 1000)).hasSize(150);
                assertThat(broker.stats(TOPOLOGY.deadQueue()).orElseThrow().ready()).isZero();
                assertThat(readyOrUnsettled()).isEqualTo("0");
              });
    }
  }

  /** What an archiver holds and has not settled would come back to the next test. */
  private static String readyOrUnsettled() {
    String counts = DevServices.shared().rabbit().ctl("-q", "list_queues", "name", "messages");
    return counts
        .lines()
        .filter(line -> line.startsWith(TOPOLOGY.deadQueue() + "\t"))
        .map(line -> line.substring(line.indexOf('\t') + 1))
        .findFirst()
        .orElse("no queue");
  }

  private List<DeadTask> archiveUntil(int rows) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              archiver.runOnce();
              return deadTasks.list(DeadFilter.ALL, 1000);
            },
            found -> found.size() == rows);
  }

  private static Message big(String id, byte[] body) {
    Message letter = Letters.dead(id, "TOO_LARGE");
    return new Message(
        letter.contentType(),
        letter.contentEncoding(),
        0,
        letter.correlationId(),
        null,
        letter.headers(),
        body);
  }
}
