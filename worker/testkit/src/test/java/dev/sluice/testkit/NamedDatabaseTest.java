package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.FOLLOW_UP;
import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DISCARDED;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static dev.sluice.testkit.TaskOutcome.Kind.REVOKED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.keys.Generations;
import dev.sluice.keys.KeyName;
import dev.sluice.message.Headers;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A worker with two databases. */
class NamedDatabaseTest {
  private static final TaskType<Note> ARCHIVE =
      TaskType.of("notes.archive", Note.class).queue("archive").database("archive");

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  private final Database archive = Database.open(DatabaseOptions.of(url));
  private final List<String> filed = new ArrayList<>();
  private volatile boolean away;

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handle(NOTE, this::take)
                      .handle(ARCHIVE, this::take)
                      .handle(
                          FOLLOW_UP,
                          (note, task) -> {
                            filed.add(note.text());
                            return Outcome.completed();
                          }))
          .withDatabase()
          .withOptions(options -> options.database("archive", breakable()));

  private Outcome take(Note note, TaskContext task, Connection connection) throws SQLException {
    Ledger.add(connection, note.text());
    task.enqueue(FOLLOW_UP, new Note("after " + note.text()));
    return Outcome.completed();
  }

  private DataSource breakable() {
    archive.migrate();
    return (DataSource)
        Proxy.newProxyInstance(
            NamedDatabaseTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (away) {
                throw new SQLTransientConnectionException("the archive is away", "08001");
              }
              return method.invoke(archive.dataSource(), arguments);
            });
  }

  @BeforeEach
  void tables() throws SQLException {
    Ledger.create(sluice.dataSource());
    Ledger.create(archive.dataSource());
  }

  @AfterEach
  void close() {
    archive.close();
  }

  @Test
  void effect_inbox_row_and_follow_ups_are_in_the_database_of_the_type() throws SQLException {
    String there = sluice.enqueue(ARCHIVE, new Note("there"));
    String here = sluice.enqueue(NOTE, new Note("here"));
    sluice.drain();

    assertThat(Ledger.entries(archive.dataSource())).containsExactly("there");
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("here");
    assertThat(kind(archive.dataSource(), there)).isEqualTo(InboxKind.DONE);
    assertThat(kind(sluice.dataSource(), there)).isNull();
    assertThat(kind(archive.dataSource(), here)).isNull();
    assertThat(filed).containsExactlyInAnyOrder("after there", "after here");
  }

  @Test
  void a_redelivery_is_a_duplicate_there() throws SQLException {
    String id = TaskIds.next(sluice.clock().instant()).toString();
    sluice.publish("archive", Samples.message(id, ARCHIVE.name()));
    sluice.publish("archive", Samples.message(id, ARCHIVE.name()));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(Ledger.entries(archive.dataSource())).containsExactly("hello");
  }

  @Test
  void a_revocation_goes_into_the_inbox_of_each() throws SQLException {
    String id =
        sluice.enqueue(
            ARCHIVE, new Note("a"), EnqueueOptions.DEFAULTS.delay(Duration.ofMinutes(1)));

    sluice.worker().control().revoke(List.of(id), false);

    await().until(() -> kind(sluice.dataSource(), id) == InboxKind.REVOKED);
    await().until(() -> kind(archive.dataSource(), id) == InboxKind.REVOKED);
    sluice.advanceToEnd();
    assertThat(kinds(sluice, id)).containsExactly(REVOKED);
    assertThat(Ledger.entries(archive.dataSource())).isEmpty();
  }

  @Test
  void one_that_is_away_keeps_its_own_tasks_waiting_and_no_others() throws SQLException {
    away = true;
    String there = sluice.enqueue(ARCHIVE, new Note("there"));
    String here = sluice.enqueue(NOTE, new Note("here"));
    sluice.drain();

    assertThat(kinds(sluice, here)).containsExactly(COMPLETED);
    assertThat(kinds(sluice, there)).doesNotContain(COMPLETED);

    away = false;
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              sluice.advanceToEnd();
              assertThat(kinds(sluice, there)).endsWith(COMPLETED);
            });
    assertThat(kinds(sluice, there).subList(0, kinds(sluice, there).size() - 1))
        .as("no attempt is used up")
        .isSubsetOf(SNOOZED);
    assertThat(Ledger.entries(archive.dataSource())).containsExactly("there");
  }

  @Test
  void a_revocation_while_one_is_away_is_written_there_once_it_is_back() {
    away = true;
    String id =
        sluice.enqueue(
            ARCHIVE, new Note("a"), EnqueueOptions.DEFAULTS.delay(Duration.ofMinutes(1)));
    sluice.worker().control().revoke(List.of(id), false);
    await().until(() -> kind(sluice.dataSource(), id) == InboxKind.REVOKED);

    away = false;
    // Nudged: what failed is tried again after a pause, or with the next one.
    sluice.worker().control().revoke(List.of("another"), false);

    await().until(() -> kind(archive.dataSource(), id) == InboxKind.REVOKED);
  }

  @Test
  void a_task_that_a_producer_by_name_replaced_does_not_start() throws SQLException {
    KeyName key = KeyName.exclusive(ARCHIVE.name(), "k");
    String id = TaskIds.next(sluice.clock().instant()).toString();
    long generation;
    try (Connection connection = sluice.dataSource().getConnection()) {
      generation =
          Generations.raise(
              connection, key, id, sluice.clock().instant(), sluice.clock().instant());
      Generations.raise(
          connection, key, "newer", sluice.clock().instant(), sluice.clock().instant());
    }
    sluice.publish(
        "archive",
        MessageCodec.encode(
            TaskMessage.builder(id, ARCHIVE.name(), new PayloadCodec().encode(new Note("a")))
                .headers(Map.of(Headers.EXCLUSIVE, "k", Headers.GENERATION, generation))
                .build()));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(DISCARDED);
    assertThat(Ledger.entries(archive.dataSource())).isEmpty();
  }

  @Test
  void a_type_of_a_database_that_the_worker_does_not_have_is_refused_with_both_names() {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
        Worker worker =
            Worker.open(WorkerOptions.of(broker).dataSource(sluice.dataSource()).queue("a"))) {
      assertThatThrownBy(() -> worker.handle(ARCHIVE, this::take))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("notes.archive v1 writes to database 'archive'")
          .hasMessageContaining("[main]");
    }
  }

  private InboxKind kind(DataSource database, String id) throws SQLException {
    try (Connection connection = database.getConnection()) {
      return new Inbox(sluice.clock()).find(connection, InboxKey.of(id)).orElse(null);
    }
  }
}
