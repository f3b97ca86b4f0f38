package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.REVOKED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RevokeTest {
  private static final TaskType<Note> PLAIN = TaskType.of("notes.plain", Note.class);

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handle(NOTE, (note, task, connection) -> Outcome.completed())
                      .handle(
                          PLAIN,
                          (note, task) -> {
                            if (note.text().equals("long")) {
                              started.countDown();
                              never.await();
                            }
                            return Outcome.completed();
                          }))
          .withDatabase();

  @Test
  void a_waiting_task_is_dropped_by_both_kinds_of_handler() {
    String one = later(NOTE);
    String two = later(PLAIN);

    sluice.worker().control().revoke(List.of(one, two), false);
    sluice.advanceToEnd();

    assertThat(kinds(sluice, one)).containsExactly(REVOKED);
    assertThat(kinds(sluice, two)).containsExactly(REVOKED);
  }

  @Test
  void a_revocation_that_only_the_inbox_knows_is_found_by_both_kinds_of_handler()
      throws SQLException {
    String one = later(NOTE);
    String two = later(PLAIN);
    try (Connection connection = sluice.dataSource().getConnection()) {
      Inbox inbox = new Inbox(sluice.clock());
      inbox.insert(connection, InboxKey.of(one), InboxKind.REVOKED, null);
      inbox.insert(connection, InboxKey.of(two), InboxKind.REVOKED, null);
    }
    sluice.advanceToEnd();

    assertThat(kinds(sluice, one)).containsExactly(REVOKED);
    assertThat(kinds(sluice, two)).containsExactly(REVOKED);
  }

  @Test
  void a_revocation_goes_into_the_inbox_so_that_no_copy_can_rise_again() {
    String id = later(NOTE);

    sluice.worker().control().revoke(List.of(id), false);

    Awaitility.await().untilAsserted(() -> assertThat(kind(id)).isEqualTo(InboxKind.REVOKED));
  }

  @Test
  void a_task_that_is_completed_already_stays_completed() throws SQLException {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    sluice.worker().control().revoke(List.of(id), false);
    String after = sluice.enqueue(NOTE, new Note("b"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    assertThat(kinds(sluice, after)).containsExactly(COMPLETED);
    assertThat(kind(id)).isEqualTo(InboxKind.DONE);
  }

  @Test
  void terminating_interrupts_the_attempt_that_runs() throws InterruptedException {
    String id = sluice.enqueue(PLAIN, new Note("long"));
    started.await();

    sluice.worker().control().revoke(List.of(id), true);
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(REVOKED);
  }

  private String later(TaskType<Note> type) {
    return sluice.enqueue(
        type, new Note("a"), EnqueueOptions.DEFAULTS.delay(Duration.ofMinutes(1)));
  }

  private InboxKind kind(String id) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection()) {
      return new Inbox(sluice.clock()).find(connection, InboxKey.of(id)).orElse(null);
    }
  }
}
