package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DuplicateTest {
  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task, connection) -> {
                        Ledger.add(connection, note.text());
                        if (note.text().equals("parent")) {
                          task.enqueue(NOTE, new Note("child"));
                        }
                        return Outcome.completed();
                      }))
          .withDatabase();

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void a_second_copy_of_a_task_is_settled_and_changes_nothing() throws SQLException {
    String id = sluice.enqueue(NOTE, new Note("once"));
    sluice.drain();
    sluice.enqueue(NOTE, new Note("once"), EnqueueOptions.DEFAULTS.taskId(id));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("once");
    assertThat(sluice.deadTasks()).isEmpty();
  }

  @Test
  void a_second_copy_of_a_task_with_a_follow_up_enqueues_it_no_second_time() throws SQLException {
    String id = sluice.enqueue(NOTE, new Note("parent"));
    sluice.drain();
    sluice.enqueue(NOTE, new Note("parent"), EnqueueOptions.DEFAULTS.taskId(id));
    sluice.drain();

    String child = TaskIds.child(id, 0).toString();
    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(kinds(sluice, child)).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("child", "parent");
  }

  @Test
  void a_copy_that_arrives_a_day_later_still_meets_the_row_of_its_id() throws SQLException {
    String id = sluice.enqueue(NOTE, new Note("once"));
    sluice.drain();
    sluice.advance(Duration.ofDays(2));
    sluice.enqueue(NOTE, new Note("once"), EnqueueOptions.DEFAULTS.taskId(id));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("once");
  }

  @Test
  void foreign_ids_that_a_collation_would_take_for_equal_are_two_tasks() throws SQLException {
    sluice.enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.taskId("ORDER-a "));
    sluice.enqueue(NOTE, new Note("b"), EnqueueOptions.DEFAULTS.taskId("order-A"));
    sluice.drain();

    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a", "b");
  }

  @Test
  void a_copy_that_runs_in_another_worker_is_waited_for_without_using_an_attempt()
      throws SQLException {
    String id = "11111111-2222-4333-8444-555555555555";
    try (Connection other = sluice.dataSource().getConnection()) {
      other.setAutoCommit(false);
      new Inbox(sluice.clock()).insert(other, InboxKey.of(id), InboxKind.DONE, null);

      sluice.enqueue(NOTE, new Note("once"), EnqueueOptions.DEFAULTS.taskId(id));
      sluice.drain();
      assertThat(kinds(sluice, id)).containsExactly(SNOOZED);
      assertThat(sluice.outcomes(id).get(0).detail()).contains("being run");
      assertThat(sluice.outcomes(id).get(0).attempt()).isEqualTo(1);

      other.rollback();
      other.setAutoCommit(true);
    }
    sluice.advanceToEnd();

    assertThat(kinds(sluice, id)).containsExactly(SNOOZED, COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("once");
  }
}
