package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.FOLLOW_UP;
import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.DISCARDED;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.message.DeadReason;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TransactionTest {
  private interface Step {
    Outcome run(Note note, TaskContext task, Connection connection) throws Exception;
  }

  private final Deque<Step> script = new ArrayDeque<>();
  private final List<String> filed = new ArrayList<>();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handle(NOTE, this::take)
                      .handle(
                          FOLLOW_UP,
                          (note, task) -> {
                            filed.add(note.text());
                            return Outcome.completed();
                          }))
          .withDatabase();

  private Outcome take(Note note, TaskContext task, Connection connection) throws Exception {
    Ledger.add(connection, note.text());
    return script.isEmpty() ? Outcome.completed() : script.remove().run(note, task, connection);
  }

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void effect_inbox_row_and_follow_up_commit_together() throws SQLException {
    script.add(
        (note, task, connection) -> {
          task.enqueue(FOLLOW_UP, new Note("after " + note.text()));
          return Outcome.completed();
        });

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a");
    assertThat(kind(id)).isEqualTo(InboxKind.DONE);
    assertThat(filed).containsExactly("after a");
  }

  @Test
  void a_failed_attempt_leaves_neither_effect_nor_inbox_row_nor_follow_up() throws SQLException {
    script.add(
        (note, task, connection) -> {
          task.enqueue(FOLLOW_UP, new Note("never"));
          throw new IllegalStateException("not yet");
        });

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(RETRIED);
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
    assertThat(kind(id)).isNull();

    sluice.advanceToEnd();
    assertThat(kinds(sluice, id)).containsExactly(RETRIED, COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a");
    assertThat(filed).isEmpty();
  }

  @Test
  void a_discarded_task_leaves_an_inbox_row_and_no_other_write() throws SQLException {
    script.add((note, task, connection) -> Outcome.discarded("not wanted"));

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(DISCARDED);
    assertThat(kind(id)).isEqualTo(InboxKind.DISCARDED);
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
  }

  @Test
  void a_dead_or_snoozed_task_leaves_no_write() throws SQLException {
    script.add((note, task, connection) -> Outcome.snooze(Duration.ofMinutes(1)));
    script.add((note, task, connection) -> Outcome.dead("useless"));

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(kinds(sluice, id)).containsExactly(SNOOZED, DEAD);
    assertThat(kind(id)).isNull();
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
  }

  @Test
  void a_transaction_that_lost_a_deadlock_is_run_again_at_once() throws SQLException {
    for (int i = 0; i < 3; i++) {
      script.add(
          (note, task, connection) -> {
            throw new SQLTransactionRollbackException("Deadlock found", "40001", 1213);
          });
    }

    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a");
  }

  @Test
  void the_connection_refuses_what_would_end_the_transaction() throws SQLException {
    List<Throwable> refusals = new ArrayList<>();
    script.add(
        (note, task, connection) -> {
          refusals.add(refusal(connection::commit));
          refusals.add(refusal(connection::rollback));
          refusals.add(refusal(connection::close));
          refusals.add(refusal(() -> connection.setAutoCommit(true)));
          refusals.add(refusal(() -> connection.abort(Runnable::run)));
          refusals.add(refusal(() -> connection.unwrap(Object.class)));
          try (var statement = connection.createStatement()) {
            refusals.add(refusal(() -> statement.getConnection().commit()));
          }
          return Outcome.retry(new IllegalStateException("roll it back"));
        });

    sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(refusals)
        .hasSize(7)
        .allSatisfy(
            refusal ->
                assertThat(refusal)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("the worker ends the transaction"));
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
  }

  @Test
  void a_savepoint_is_the_handlers_own_business() throws SQLException {
    script.add(
        (note, task, connection) -> {
          var savepoint = connection.setSavepoint();
          Ledger.add(connection, "undone");
          connection.rollback(savepoint);
          return Outcome.completed();
        });

    sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a");
  }

  @Test
  void the_connection_is_dead_once_the_attempt_has_ended() {
    List<Connection> kept = new ArrayList<>();
    script.add(
        (note, task, connection) -> {
          kept.add(connection);
          return Outcome.completed();
        });

    sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThatThrownBy(() -> kept.get(0).createStatement()).hasMessageContaining("has ended");
  }

  @Test
  void a_task_older_than_the_inbox_is_never_run_unguarded() throws SQLException {
    String id = TaskIds.next(sluice.clock().instant().minus(Duration.ofDays(31))).toString();

    sluice.publish("notes", Samples.message(id, NOTE.name()));
    sluice.drain();

    assertThat(sluice.deadTasks().get(0).reason()).isEqualTo(DeadReason.TOO_OLD);
    assertThat(Ledger.entries(sluice.dataSource())).isEmpty();
  }

  private static Throwable refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return org.assertj.core.api.Assertions.catchThrowable(call);
  }

  private InboxKind kind(String id) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection()) {
      return new Inbox(sluice.clock()).find(connection, InboxKey.of(id)).orElse(null);
    }
  }
}
