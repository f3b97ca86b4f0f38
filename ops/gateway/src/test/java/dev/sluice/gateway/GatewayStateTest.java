package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class GatewayStateTest {
  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final Edge edge = Edge.on(database.dataSource());

  @BeforeEach
  void migrate() {
    database.migrate();
  }

  @AfterEach
  void close() {
    edge.close();
    database.close();
  }

  @Test
  void a_task_that_no_table_holds_is_unknown() {
    String id = edge.post("/v1/tasks/clicks.record", "{}").header("Location").orElseThrow();

    assertThat(edge.get(id).json().path("state").stringValue()).isEqualTo("unknown");
    assertThat(state("never-seen")).isEqualTo("unknown");
  }

  @ParameterizedTest
  @EnumSource
  void the_inbox_tells_the_state_and_nothing_more(InboxKind kind) throws Exception {
    inbox("order-7", kind);

    Answer answer = edge.get("/v1/tasks/order-7");

    assertThat(answer.json().toString())
        .isEqualTo(
            "{\"task_id\":\"order-7\",\"state\":\""
                + kind.name().toLowerCase(java.util.Locale.ROOT)
                + "\"}");
  }

  @Test
  void a_dead_task_is_told_with_its_reason_but_not_with_its_exception() throws Exception {
    dead("order-7", 0, "clicks.record", "DEAD");

    Answer answer = edge.get("/v1/tasks/order-7");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("state").stringValue()).isEqualTo("dead");
    assertThat(answer.json().path("task").stringValue()).isEqualTo("clicks.record");
    assertThat(answer.json().path("reason").stringValue()).isEqualTo("RETRIES_EXHAUSTED");
    assertThat(answer.json().path("attempts").intValue()).isEqualTo(4);
    assertThat(answer.json().path("died_at").stringValue()).isEqualTo("2026-11-21T07:00:00Z");
    assertThat(answer.json().toString()).doesNotContain("password");
  }

  @ParameterizedTest
  @CsvSource({"DEAD, dead", "REDRIVEN, redriven", "DISCARDED, discarded", "APPLIED, done"})
  void what_became_of_a_dead_task_is_its_state(String stored, String told) throws Exception {
    dead("order-7", 0, "clicks.record", stored);

    assertThat(state("order-7")).isEqualTo(told);
  }

  @Test
  void of_a_task_that_died_twice_the_later_death_counts() throws Exception {
    dead("order-7", 0, "clicks.record", "REDRIVEN");
    dead("order-7", 1, "clicks.record", "DEAD");

    assertThat(state("order-7")).isEqualTo("dead");
  }

  @Test
  void a_task_that_was_applied_after_all_is_done() throws Exception {
    dead("order-7", 0, "clicks.record", "DEAD");
    inbox("order-7", InboxKind.DONE);

    assertThat(state("order-7")).isEqualTo("done");
  }

  @Test
  void a_dead_task_of_a_name_that_the_token_does_not_allow_is_unknown_to_it() throws Exception {
    dead("order-7", 0, "invoices.create", "DEAD");
    inbox("order-7", InboxKind.REVOKED);
    dead("order-8", 0, null, "DEAD");

    assertThat(state("order-7")).isEqualTo("unknown");
    assertThat(state("order-8")).isEqualTo("unknown");
    Answer office =
        edge.send(
            edge.to("/v1/tasks/order-8")
                .setHeader("Authorization", "Bearer " + Edge.OTHER_TOKEN)
                .GET());
    assertThat(office.json().path("state").stringValue()).isEqualTo("dead");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%20b", "%C3%A4", "%7F"})
  void what_cannot_be_a_task_id_is_404(String id) {
    assertThat(edge.get("/v1/tasks/" + id).status()).isEqualTo(404);
    assertThat(edge.get("/v1/tasks/" + "x".repeat(256)).status()).isEqualTo(404);
  }

  @Test
  void a_database_that_is_away_is_503_and_tasks_are_taken_all_the_same() {
    database.close();

    Answer answer = edge.get("/v1/tasks/order-7");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo("unavailable");
    assertThat(answer.header("Retry-After")).isPresent();
    assertThat(edge.post("/v1/tasks/clicks.record", "{}").status()).isEqualTo(202);
  }

  private String state(String id) {
    return edge.get("/v1/tasks/" + id).json().path("state").stringValue();
  }

  private void inbox(String id, InboxKind kind) throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      new Inbox(InstantSource.system()).insert(connection, InboxKey.of(id), kind, null);
    }
  }

  private void dead(String id, int redrive, @Nullable String name, String state) throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_dead_task (task_key, redrive, task_id, task_name, queue,"
                    + " reason, detail, transient, attempts, dead_at, state, state_at, message,"
                    + " clipped) VALUES (?, ?, ?, ?, 'clicks', 'RETRIES_EXHAUSTED', 'password=1',"
                    + " FALSE, 4, '2026-11-21 07:00:00', ?, '2026-11-21 07:01:00', '', FALSE)")) {
      insert.setBytes(
          1, MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8)));
      insert.setInt(2, redrive);
      insert.setString(3, id);
      insert.setString(4, name);
      insert.setString(5, state);
      insert.executeUpdate();
    }
  }

  @Test
  void a_database_that_is_away_is_logged_once_however_many_ask() {
    database.close();
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(TaskStates.class);
    lines.start();
    logger.addAppender(lines);
    try {
      for (int i = 0; i < 5; i++) {
        assertThat(edge.get("/v1/tasks/order-7").status()).isEqualTo(503);
      }
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list).filteredOn(line -> line.getLevel() == Level.WARN).hasSize(1);
  }
}
