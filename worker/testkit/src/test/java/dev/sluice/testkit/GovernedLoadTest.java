package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.governor.BreakerState;
import dev.sluice.worker.governor.DatabaseGovernor;
import dev.sluice.worker.governor.Governor;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is written counts, whoever writes it; and a database that is away costs only its tasks. */
class GovernedLoadTest {
  private static final TaskType<Note> ARCHIVE =
      TaskType.of("notes.archive", Note.class).queue(NOTE.queue()).database("archive");

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  private final Database archive = Database.open(DatabaseOptions.of(url));
  private final Governor governor = new Governor();
  private final DatabaseGovernor main = governor.database(TaskType.MAIN_DATABASE);
  private volatile boolean away;

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(handlers -> handlers.handle(NOTE, this::take).handle(ARCHIVE, this::take))
          .withDatabase()
          .withOptions(options -> options.governor(governor).database("archive", breakable()));

  private Outcome take(Note note, TaskContext task, Connection connection) throws SQLException {
    for (String one : note.text().split(",")) {
      Ledger.add(connection, one);
    }
    return Outcome.completed();
  }

  private DataSource breakable() {
    archive.migrate();
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
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
  void rows_of_a_handler_and_of_the_inbox_count_and_are_expected_of_the_next_task() {
    main.ceiling(1_000_000);
    for (int i = 0; i < 60; i++) {
      sluice.enqueue(NOTE, new Note("a,b,c,d"));
    }
    sluice.drain();

    assertThat(main.snapshot().rows())
        .as("an inbox row and four of each, and some of the worker's own")
        .isBetween(300L, 305L);
    assertThat(main.snapshot().outstanding()).isZero();
    assertThat(main.expectedRows(NOTE.name(), 100)).isBetween(480L, 500L);
  }

  @Test
  void a_batch_is_half_of_what_may_be_permitted_and_one_task_at_least() {
    assertThat(main.largestBatch(NOTE.name(), 500)).isEqualTo(500);
    main.ceiling(20_000);
    sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    assertThat(main.largestBatch(NOTE.name(), 10_000)).as("of two rows each").isEqualTo(500);
    main.ceiling(10);
    assertThat(main.largestBatch(NOTE.name(), 500)).isEqualTo(1);
    main.withoutCeiling();
    assertThat(main.largestBatch(NOTE.name(), 500)).isEqualTo(500);
  }

  @Test
  void what_is_written_without_leave_is_charged_when_it_ends_and_waited_for_afterwards()
      throws SQLException {
    DatabaseGovernor alone = governor.database("alone");
    alone.ceiling(100);
    DataSource governed = alone.governed(sluice.dataSource());
    try (Connection connection = governed.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO ledger (entry) VALUES (?)");
        Statement delete = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 75; i++) {
        insert.setString(1, "a");
        insert.addBatch();
      }
      insert.executeBatch();
      assertThat(delete.execute("DELETE FROM ledger")).isFalse();
      assertThat(alone.snapshot().rows()).isZero();
      connection.commit();
      assertThat(alone.snapshot().rows()).isEqualTo(150);
    }

    long start = System.nanoTime();
    governed.getConnection().close();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
  }

  @Test
  void of_a_queue_that_others_need_tasks_whose_database_is_away_are_put_off() {
    away = true;
    String first = sluice.enqueue(ARCHIVE, new Note("there"));
    sluice.drain();
    await().until(() -> governor.database("archive").snapshot().breaker() == BreakerState.OPEN);

    String there = sluice.enqueue(ARCHIVE, new Note("there too"));
    String here = sluice.enqueue(NOTE, new Note("here"));
    sluice.drain();

    assertThat(kinds(sluice, here)).containsExactly(COMPLETED);
    assertThat(kinds(sluice, first)).containsExactly(SNOOZED);
    assertThat(kinds(sluice, there)).containsExactly(SNOOZED);
    assertThat(sluice.worker().health().consuming()).isTrue();
    assertThatThrownBy(
            () -> governor.database("archive").governed(archive.dataSource()).getConnection())
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("database 'archive' is away");

    away = false;
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              sluice.advanceToEnd();
              assertThat(kinds(sluice, first)).endsWith(COMPLETED);
              assertThat(kinds(sluice, there)).endsWith(COMPLETED);
            });
    assertThat(kinds(sluice, first)).containsOnly(SNOOZED, COMPLETED);
  }
}
