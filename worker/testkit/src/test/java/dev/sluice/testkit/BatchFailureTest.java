package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.BatchOutcome;
import dev.sluice.worker.QueueOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A failing batch: who pays for it, and how many transactions it takes to find out. */
class BatchFailureTest {
  private static final int SIZE = 500;
  private static final String TOO_LONG = "x".repeat(300);
  private static final TaskType<Note> NOTE =
      TaskType.of("notes.many", Note.class)
          .queue("notes")
          .retry(RetryPolicy.attempts(3).withDelays(Duration.ofHours(1), 2, Duration.ofHours(4)));

  private interface Step {
    void run(Connection connection) throws Exception;
  }

  private final List<Step> before = new ArrayList<>();
  private int runs;

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handleBatch(
                      NOTE, new BatchOptions(SIZE, Duration.ofSeconds(1)), this::insert))
          .withDatabase()
          .withOptions(
              options ->
                  options
                      .maxBodyBytes(10_000)
                      .queue(
                          NOTE.queue(), QueueOptions.DEFAULTS.concurrency(1).prefetch(2 * SIZE)));

  private BatchOutcome insert(List<BatchItem<Note>> batch, Connection connection) throws Exception {
    runs++;
    if (!before.isEmpty()) {
      before.remove(0).run(connection);
    }
    String rows = "(?), ".repeat(batch.size() - 1) + "(?)";
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO ledger (entry) VALUES " + rows)) {
      for (int i = 0; i < batch.size(); i++) {
        insert.setString(i + 1, batch.get(i).payload().text());
      }
      insert.executeUpdate();
    }
    return BatchOutcome.completed();
  }

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void one_poison_row_in_a_batch_of_500_costs_only_itself() throws SQLException {
    List<String> ids = enqueue(SIZE - 1);
    ids.add(250, sluice.enqueue(NOTE, new Note(TOO_LONG)));
    sluice.drain();

    assertThat(kinds(sluice, ids.get(250))).containsExactly(RETRIED);
    assertThat(runs).as("two for each halving").isBetween(1 + 2 * 8, 1 + 2 * 9);
    sluice.advanceToEnd();
    assertThat(kinds(sluice, ids.get(250))).containsExactly(RETRIED, RETRIED, DEAD);
    String poison = ids.remove(250);
    assertThat(sluice.deadTasks()).extracting(DeadTask::taskId).containsExactly(poison);
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(COMPLETED));
    assertThat(Ledger.entries(sluice.dataSource())).hasSize(SIZE - 1).doesNotHaveDuplicates();
  }

  @Test
  void five_hundred_poison_rows_fail_each_by_itself() throws SQLException {
    List<String> ids =
        IntStream.range(0, SIZE).mapToObj(i -> sluice.enqueue(NOTE, new Note(TOO_LONG))).toList();
    sluice.drain();

    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(RETRIED));
    assertThat(runs).isEqualTo(2 * SIZE - 1);
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
  }

  @Test
  void a_statement_that_does_not_fit_the_schema_is_no_tasks_fault() throws SQLException {
    List<String> ids = new ArrayList<>();
    execute("ALTER TABLE ledger RENAME TO elsewhere");
    ids.addAll(enqueue(SIZE));
    sluice.drain();

    assertThat(runs).as("the batch and its halves").isEqualTo(3);
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(SNOOZED));

    execute("ALTER TABLE elsewhere RENAME TO ledger");
    sluice.advanceToEnd();
    // Until the type is let through again they are put off: in real time, which the test outruns.
    assertThat(ids)
        .allSatisfy(
            id ->
                assertThat(kinds(sluice, id))
                    .containsOnly(SNOOZED, COMPLETED)
                    .containsOnlyOnce(COMPLETED)
                    .endsWith(COMPLETED));
    assertThat(ids).allSatisfy(id -> assertThat(attempt(id)).isEqualTo(1));
    assertThat(Ledger.entries(sluice.dataSource())).hasSize(SIZE).doesNotHaveDuplicates();
  }

  @Test
  void a_batch_that_lost_a_deadlock_or_waited_for_a_lock_is_run_again_at_once()
      throws SQLException {
    for (int i = 0; i < 2; i++) {
      before.add(fail(new SQLTransactionRollbackException("Deadlock found", "40001", 1213)));
      before.add(fail(new SQLException("Lock wait timeout exceeded", "HY000", 1205)));
    }
    List<String> ids = enqueue(SIZE);
    sluice.drain();

    assertThat(runs).isEqualTo(5);
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(COMPLETED));
    assertThat(Ledger.entries(sluice.dataSource())).hasSize(SIZE).doesNotHaveDuplicates();
  }

  @Test
  void a_database_that_takes_no_writes_uses_no_attempts() throws SQLException {
    before.add(fail(new SQLException("The server is running with --read-only", "HY000", 1290)));
    List<String> ids = enqueue(SIZE);
    sluice.drain();

    assertThat(runs).isEqualTo(1);
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(SNOOZED));
    sluice.advanceToEnd();
    assertThat(ids).allSatisfy(id -> assertThat(attempt(id)).isEqualTo(1));
    assertThat(Ledger.entries(sluice.dataSource())).hasSize(SIZE).doesNotHaveDuplicates();
  }

  @Test
  void a_handler_may_not_end_the_transaction_it_was_lent() throws SQLException {
    List<Throwable> refusals = new ArrayList<>();
    before.add(
        connection -> {
          Ledger.add(connection, "half");
          refusals.add(catchThrowable(connection::commit));
          refusals.add(catchThrowable(connection::rollback));
          refusals.add(catchThrowable(() -> connection.setAutoCommit(true)));
          throw new SQLException("Data too long", "22001", 1406);
        });
    List<String> ids = enqueue(SIZE);
    sluice.drain();

    assertThat(refusals)
        .hasSize(3)
        .allSatisfy(
            refusal -> assertThat(refusal).hasMessageContaining("the worker ends the transaction"));
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(COMPLETED));
    assertThat(Ledger.entries(sluice.dataSource())).hasSize(SIZE).doesNotContain("half");
  }

  @Test
  void a_handler_that_swallows_the_refusal_of_its_commit_commits_with_the_batch()
      throws SQLException {
    before.add(
        connection ->
            assertThat(catchThrowable(connection::commit)).isInstanceOf(SQLException.class));
    List<String> ids = enqueue(SIZE);
    sluice.drain();

    assertThat(runs).isEqualTo(1);
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(COMPLETED));
  }

  private static Step fail(SQLException with) {
    return connection -> {
      throw with;
    };
  }

  private List<String> enqueue(int tasks) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      ids.add(sluice.enqueue(NOTE, new Note("note " + i)));
    }
    return ids;
  }

  private int attempt(String id) {
    List<TaskOutcome> outcomes = sluice.outcomes(id);
    return outcomes.get(outcomes.size() - 1).attempt();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
