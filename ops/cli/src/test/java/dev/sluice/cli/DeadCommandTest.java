package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Route;
import dev.sluice.cli.Cli.Ran;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.loop.LoopRunner;
import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.dead.DeadFilter;
import dev.sluice.worker.dead.DeadLetterArchiver;
import dev.sluice.worker.dead.DeadTasks;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DeadCommandTest {
  @TempDir Path folder;
  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  private final Database database = Database.open(DatabaseOptions.of(url));
  private Cli cli;

  @BeforeEach
  void two_tasks_die() {
    cli =
        new Cli(
            folder, Map.of("SLUICE_BROKER_URL", "amqp://localhost", "SLUICE_DATABASE_URL", url));
    database.migrate();
    die("clicks.record", "IllegalStateException");
    die("orders.ship", "SocketTimeoutException");
    DeadLetterArchiver archiver =
        new DeadLetterArchiver(cli.broker, database.dataSource(), InstantSource.system());
    LoopRunner running = LoopRunner.start("archiver", archiver);
    DeadTasks dead = new DeadTasks(database.dataSource(), InstantSource.system());
    await().until(() -> dead.list(DeadFilter.WAITING, 10).size() == 2);
    running.close();
    archiver.close();
  }

  @AfterEach
  void stop() {
    cli.close();
    database.close();
  }

  @Test
  void the_list_shows_what_died_and_why() {
    Ran ran = cli.run("dead", "list");

    assertThat(ran.status()).isZero();
    assertThat(ran.err()).contains("database jdbc:h2:mem:");
    assertThat(ran.out())
        .contains("clicks.record", "orders.ship", "RETRIES_EXHAUSTED", "failed 5 attempts");
  }

  @Test
  void a_filter_narrows_the_list() {
    Ran ran = cli.run("dead", "list", "--task", "orders.ship", "--json");

    assertThat(ran.out().lines()).hasSize(1);
    assertThat(Json.MAPPER.readTree(ran.out()).get("exception").stringValue())
        .isEqualTo("SocketTimeoutException");
  }

  @Test
  void one_entry_is_shown_with_message_and_stack() {
    Ran ran = cli.run("dead", "show", entry("clicks.record"));

    assertThat(ran.out())
        .contains("[[],{\"user\":7},{}]", "boom", "sluice@host-1", "clicks.record");
  }

  @Test
  void redriven_tasks_leave_the_list_and_wait_in_the_outbox() {
    Ran ran = cli.run("dead", "redrive", "--task", "clicks.record", "--rate", "5", "--json");

    assertThat(ran.status()).isZero();
    assertThat(Json.MAPPER.readTree(ran.out()).get("redriven").intValue()).isEqualTo(1);
    assertThat(cli.run("dead", "list").out()).doesNotContain("clicks.record");
    assertThat(cli.run("dead", "list", "--state", "redriven").out()).contains("clicks.record");
  }

  @Test
  void a_redrive_that_is_refused_is_said_and_is_a_failure() {
    String entry = entry("clicks.record");
    cli.run("dead", "discard", entry);

    Ran ran = cli.run("dead", "redrive", entry);

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("entry " + entry + " refused: ");
  }

  @Test
  void discarded_tasks_leave_the_list() {
    assertThat(cli.run("dead", "discard", "--all").out().strip())
        .isEqualTo("discarded 2, refused 0");
    assertThat(cli.run("dead", "list").out()).isEmpty();
  }

  @Test
  void a_discard_goes_into_the_inbox_of_each_database() throws Exception {
    String archive = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
    Files.writeString(
        folder.resolve("sluice.yaml"), "databases: {archive: {url: '" + archive + "'}}");
    InboxKey clicks = InboxKey.of(taskId("clicks.record"));
    InboxKey orders = InboxKey.of(taskId("orders.ship"));
    Inbox inbox = new Inbox(InstantSource.system());
    try (Database opened = Database.open(DatabaseOptions.of(archive));
        Connection connection = opened.dataSource().getConnection()) {
      opened.migrate();
      inbox.insert(connection, orders, InboxKind.DONE, null);

      assertThat(cli.run("dead", "discard", entry("clicks.record")).status()).isZero();
      Ran applied = cli.run("dead", "discard", entry("orders.ship"));

      assertThat(inbox.find(connection, clicks)).contains(InboxKind.DISCARDED);
      assertThat(applied.err()).contains("applied after all: its id is in the inbox");
      assertThat(cli.run("dead", "list", "--state", "applied").out()).contains("orders.ship");
    }
  }

  @Test
  void a_change_says_which_tasks_it_means() {
    assertThat(cli.run("dead", "redrive").status()).isEqualTo(2);
    assertThat(cli.run("dead", "redrive").err()).contains("say which");
    assertThat(cli.run("dead", "discard", "1", "--all").status()).isEqualTo(2);
    assertThat(cli.run("dead", "redrive", "--all", "--rate", "0").status()).isEqualTo(2);
  }

  @Test
  void an_entry_that_is_not_there_is_said() {
    Ran ran = cli.run("dead", "show", "4711");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("there is no entry 4711");
  }

  private String entry(String task) {
    JsonNode line = Json.MAPPER.readTree(cli.run("dead", "list", "--task", task, "--json").out());
    return String.valueOf(line.get("entry").longValue());
  }

  private String taskId(String task) {
    JsonNode line = Json.MAPPER.readTree(cli.run("dead", "list", "--task", task, "--json").out());
    return line.get("task_id").stringValue();
  }

  private void die(String task, String exception) {
    String id = TaskIds.next(Instant.now()).toString();
    byte[] body = "[[],{\"user\":7},{}]".getBytes(StandardCharsets.UTF_8);
    cli.broker.declare(QueueSpec.of(cli.broker.topology().deadQueue()));
    cli.broker
        .publish(
            new Route.ToQueue(cli.broker.topology().deadQueue()),
            MessageCodec.encode(TaskMessage.builder(id, task, body).retries(4).build())
                .withHeaders(
                    Map.of(
                        Headers.DEAD_QUEUE,
                        "clicks",
                        Headers.DEAD_REASON,
                        "RETRIES_EXHAUSTED",
                        Headers.DEAD_DETAIL,
                        "failed 5 attempts",
                        Headers.DEAD_EXCEPTION,
                        exception,
                        Headers.DEAD_STACK,
                        exception + ": boom",
                        Headers.DEAD_ATTEMPTS,
                        5,
                        Headers.DEAD_WORKER,
                        "sluice@host-1",
                        Headers.DEAD_AT,
                        IsoTime.format(Instant.now()))))
        .join();
  }
}
