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
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.InboxKey;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.governor.Rate;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The real {@code celery} command sees our workers as its own. */
class CeleryRemoteControlIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ONE = "sluice@one";
  private static final String TWO = "sluice@two";
  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks").retry(RetryPolicy.never());

  private static final BlockingQueue<String> started = new LinkedBlockingQueue<>();
  private static final BlockingQueue<String> interrupted = new LinkedBlockingQueue<>();
  private static final CountDownLatch never = new CountDownLatch(1);
  private static DevServices rabbit;
  private static Broker broker;
  private static Database database;
  private static Producer producer;
  private static Worker one;
  private static Worker two;
  private static CeleryClient celery;

  record Click(long user, String page) {}

  @BeforeAll
  static void start() {
    // The permit is for the queues of Celery's command alone.
    rabbit = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT).withTransientQueues());
    String url = rabbit.rabbit().url();
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    broker = RabbitBroker.open(RabbitOptions.of(url));
    producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    one =
        Worker.open(
            WorkerOptions.of(broker).node(ONE).queue("clicks").dataSource(database.dataSource()));
    one.handle(CLICK, CeleryRemoteControlIT::runUntilInterrupted).start();
    two = Worker.open(WorkerOptions.of(broker).node(TWO).queue("idle"));
    two.start();
    celery = new CeleryClient(url);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(status()).contains(ONE + ": OK", TWO + ": OK"));
  }

  @AfterAll
  static void close() {
    one.stopNow();
    two.stopNow();
    broker.close();
    database.close();
    rabbit.close();
  }

  @Test
  void inspect_ping_is_answered_by_the_destination_alone() throws Exception {
    JsonNode replies = celery.run("inspect", "ping", "-t", "3", "-d", ONE, "--json").json();
    assertThat(replies.toString()).contains("pong", ONE).doesNotContain(TWO);
  }

  @Test
  void inspect_stats_tells_pool_and_prefetch() throws Exception {
    JsonNode stats = celery.run("inspect", "stats", "-t", "3", "-d", ONE, "--json").json();
    assertThat(stats.findValue("pool").path("max-concurrency").asInt()).isPositive();
    assertThat(stats.findValue("prefetch_count").asInt()).isPositive();
    assertThat(stats.findValue("queues").has("clicks")).isTrue();
  }

  @Test
  void inspect_registered_lists_the_task_types() throws Exception {
    assertThat(celery.run("inspect", "registered", "-t", "3", "-d", ONE).output())
        .contains("* clicks.record");
  }

  @Test
  void a_running_task_is_active_until_it_is_terminated() throws Exception {
    String id = producer.enqueue(CLICK, new Click(7, "/Grüße")).taskId();
    assertThat(started.poll(30, TimeUnit.SECONDS)).isEqualTo(id);
    JsonNode active = celery.run("inspect", "active", "-t", "3", "-d", ONE, "--json").json();
    assertThat(active.findValue("id").asString()).isEqualTo(id);
    assertThat(active.findValue("kwargs").path("page").asString()).isEqualTo("/Grüße");
    // The command line has no option to terminate; Celery's library sends exactly this.
    String terminate =
        "from celery import Celery; import sys; print(Celery(broker=sys.argv[1]).control.revoke("
            + "[sys.argv[2]], terminate=True, reply=True, timeout=3))";
    assertThat(celery.python(terminate, id)).contains("terminate: " + id);
    assertThat(interrupted.poll(30, TimeUnit.SECONDS)).isEqualTo(id);
    await().atMost(PATIENCE).until(() -> one.control().active().isEmpty());
  }

  @Test
  void control_revoke_reaches_the_inbox() throws Exception {
    String id = UUID.randomUUID().toString();
    assertThat(celery.run("control", "-t", "3", "revoke", id).output())
        .contains("tasks " + id + " flagged as revoked");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(inInbox(id)).contains(InboxKind.REVOKED));
  }

  @Test
  void control_rate_limit_is_answered_as_celery_s_workers_answer_it() throws Exception {
    String type = CLICK.name();
    assertThat(celery.run("control", "-t", "3", "-d", ONE, "rate_limit", type, "100/m").output())
        .contains(ONE + ": OK", "new rate limit set successfully");
    assertThat(one.control().governor().limits(type).worker().rate())
        .isEqualTo(Rate.parse("100/m"));
    assertThat(celery.run("inspect", "registered", "-t", "3", "-d", ONE).output())
        .contains("* clicks.record [rate_limit=100/m]");

    assertThat(celery.run("control", "-t", "3", "-d", ONE, "rate_limit", type, "fast").output())
        .contains("Invalid rate limit string");
    assertThat(celery.run("control", "-t", "3", "-d", TWO, "rate_limit", type, "1/s").output())
        .contains("unknown task");
    assertThat(one.control().governor().limits(type).worker().rate())
        .isEqualTo(Rate.parse("100/m"));

    assertThat(celery.run("control", "-t", "3", "-d", ONE, "rate_limit", type, "0").output())
        .contains("new rate limit set successfully");
    assertThat(one.control().governor().limits(type).worker().none()).isTrue();
  }

  @Test
  void a_ceiling_is_set_through_celery_s_library_and_seen_in_stats() throws Exception {
    String ceiling =
        "from celery import Celery; import sys; print(Celery(broker=sys.argv[1]).control.broadcast("
            + "'ceiling', arguments={'rows': sys.argv[2]}, reply=True, timeout=3, destination=['"
            + ONE
            + "']))";
    assertThat(celery.python(ceiling, "5000")).contains("ceiling of database main: 5000 rows");
    JsonNode stats = celery.run("inspect", "stats", "-t", "3", "-d", ONE, "--json").json();
    assertThat(stats.findValue("governor").at("/databases/main/ceiling").asLong()).isEqualTo(5000);
    assertThat(stats.findValue("governor").at("/queues/clicks/weight").asInt()).isEqualTo(1);
    assertThat(celery.python(ceiling, "0")).contains("must be at least 1 row a second");
    assertThat(celery.python(ceiling, "-5")).contains("must be at least 1 row a second");
    assertThat(celery.python(ceiling, "none")).contains("no ceiling of database main");
  }

  @Test
  void a_command_that_we_do_not_have_is_answered_with_an_error() throws Exception {
    assertThat(celery.run("inspect", "report", "-t", "3", "-d", ONE).output())
        .contains(ONE + ": ERROR", "KeyError('report')");
  }

  @Test
  void control_shutdown_stops_its_destination_without_a_reply() throws Exception {
    String node = "sluice@three";
    Worker three = Worker.open(WorkerOptions.of(broker).node(node).queue("idle"));
    three.start();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(status()).contains(node + ": OK"));
    CeleryClient.Ended shutdown = celery.run("control", "-t", "3", "-d", node, "shutdown");
    assertThat(shutdown.status()).isEqualTo(CeleryClient.NOBODY_REPLIED);
    three.awaitStopped();
    assertThat(status()).contains(ONE + ": OK", TWO + ": OK").doesNotContain(node);
  }

  private static Outcome runUntilInterrupted(Click click, TaskContext task)
      throws InterruptedException {
    started.add(task.taskId());
    try {
      never.await();
      return Outcome.completed();
    } catch (InterruptedException e) {
      interrupted.add(task.taskId());
      throw e;
    }
  }

  private static String status() throws Exception {
    return celery.run("status", "-t", "3").output();
  }

  private static Optional<InboxKind> inInbox(String id) throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      return new Inbox(InstantSource.system()).find(connection, InboxKey.of(id));
    }
  }
}
