package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.FOLLOW_UP;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.DISCARDED;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static dev.sluice.testkit.TaskOutcome.Kind.RETRIED;
import static dev.sluice.testkit.TaskOutcome.Kind.REVOKED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.BatchOutcome;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of the tasks of a batch; {@code BatchFailureTest} has those that fail. */
class BatchTest {
  /** Batches of five that wait for the fifth, so that a slow machine makes the same ones. */
  private static final TaskType<Note> NOTE = TaskType.of("notes.five", Note.class).queue("notes");

  private static final TaskType<Note> SOON = TaskType.of("notes.soon", Note.class).queue("notes");

  private interface Step {
    BatchOutcome run(List<BatchItem<Note>> batch, Connection connection) throws Exception;
  }

  private final Deque<Step> script = new ArrayDeque<>();
  private final List<String> filed = new ArrayList<>();
  private final List<List<String>> runs = new ArrayList<>();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handleBatch(NOTE, new BatchOptions(5, Duration.ofSeconds(10)), this::take)
                      .handleBatch(SOON, BatchOptions.DEFAULTS, this::take)
                      .handle(
                          FOLLOW_UP,
                          (note, task) -> {
                            filed.add(note.text());
                            return Outcome.completed();
                          }))
          .withDatabase();

  private BatchOutcome take(List<BatchItem<Note>> batch, Connection connection) throws Exception {
    runs.add(batch.stream().map(item -> item.payload().text()).sorted().toList());
    for (BatchItem<Note> item : batch) {
      Ledger.add(connection, item.payload().text());
    }
    return script.isEmpty() ? BatchOutcome.completed() : script.remove().run(batch, connection);
  }

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void tasks_are_collected_up_to_the_size() throws SQLException {
    List<String> ids = enqueue("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    sluice.drain();

    assertThat(runs)
        .containsExactly(List.of("a", "b", "c", "d", "e"), List.of("f", "g", "h", "i", "j"));
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).containsExactly(COMPLETED));
    assertThat(ids).allSatisfy(id -> assertThat(kind(id)).isEqualTo(InboxKind.DONE));
    assertThat(ledger()).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  }

  @Test
  void what_comes_no_further_is_run_when_the_first_has_waited_long_enough() throws SQLException {
    String id = sluice.enqueue(SOON, new Note("alone"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    assertThat(ledger()).containsExactly("alone");
  }

  @Test
  void a_task_twice_in_a_batch_is_applied_once() throws SQLException {
    String id = twice();
    enqueue("a", "b", "c");
    sluice.drain();

    assertThat(runs).containsExactly(List.of("a", "b", "c", "hello"));
    assertThat(kinds(sluice, id)).containsExactlyInAnyOrder(COMPLETED, DUPLICATE);
    assertThat(ledger()).containsExactly("a", "b", "c", "hello");
  }

  @Test
  void a_task_twice_in_a_batch_of_which_it_is_the_poison_is_tried_again_once() throws SQLException {
    for (int run = 0; run < 5; run++) {
      script.add(BatchTest::failOnHello);
    }
    String id = twice();
    enqueue("a", "b", "c");
    sluice.drain();
    assertThat(kinds(sluice, id)).containsExactlyInAnyOrder(RETRIED, SNOOZED);
    assertThat(ledger()).containsExactly("a", "b", "c");
  }

  @Test
  void tasks_that_the_inbox_knows_are_dropped_and_the_others_applied() throws SQLException {
    String done = newId();
    String revoked = newId();
    known(done, InboxKind.DONE);
    known(revoked, InboxKind.REVOKED);
    sluice.publish("notes", Samples.message(done, NOTE.name()));
    sluice.publish("notes", Samples.message(revoked, NOTE.name()));
    enqueue("a", "b", "c");
    sluice.drain();

    assertThat(kinds(sluice, done)).containsExactly(DUPLICATE);
    assertThat(kinds(sluice, revoked)).containsExactly(REVOKED);
    assertThat(runs).containsExactly(List.of("a", "b", "c"));
    assertThat(ledger()).containsExactly("a", "b", "c");
  }

  @Test
  void each_task_has_its_own_outcome() throws SQLException {
    script.add(
        (batch, connection) ->
            BatchOutcome.completed()
                .but(named(batch, "b"), Outcome.discarded("not wanted"))
                .but(named(batch, "c"), Outcome.dead("useless"))
                .but(named(batch, "d"), Outcome.snooze(Duration.ofMinutes(1)))
                .but(named(batch, "e"), Outcome.retry(new IllegalStateException("not yet"))));
    List<String> ids = enqueue("a", "b", "c", "d", "e");
    sluice.drain();

    assertThat(runs).containsExactly(List.of("a", "b", "c", "d", "e"), List.of("a"));
    assertThat(ledger()).containsExactly("a");
    assertThat(kinds(sluice, ids.get(0))).containsExactly(COMPLETED);
    assertThat(kinds(sluice, ids.get(1))).containsExactly(DISCARDED);
    assertThat(kinds(sluice, ids.get(2))).containsExactly(DEAD);
    assertThat(kinds(sluice, ids.get(3))).containsExactly(SNOOZED);
    assertThat(kinds(sluice, ids.get(4))).containsExactly(RETRIED);
    assertThat(ids)
        .extracting(this::kind)
        .containsExactly(InboxKind.DONE, InboxKind.DISCARDED, null, null, null);
  }

  @Test
  void a_task_has_its_return_value() {
    script.add(
        (batch, connection) ->
            BatchOutcome.completed().but(named(batch, "b"), Outcome.completed("forty-two")));
    List<String> ids = enqueue("a", "b", "c", "d", "e");
    sluice.drain();

    assertThat(runs).hasSize(1);
    assertThat(sluice.outcomes(ids.get(1)).get(0).detail()).isEqualTo("forty-two");
  }

  @Test
  void an_outcome_for_a_task_of_another_batch_is_a_failure() {
    script.add((batch, connection) -> new BatchOutcome(Map.of("stranger", Outcome.completed())));
    String id = sluice.enqueue(SOON, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(RETRIED);
    assertThat(sluice.outcomes(id).get(0).detail()).contains("stranger, which is not in its batch");
  }

  @Test
  void follow_ups_of_all_tasks_leave_once_also_when_the_batch_ran_twice() throws SQLException {
    Step enqueueAndRefuse =
        (batch, connection) -> {
          batch.forEach(
              item -> item.task().enqueue(FOLLOW_UP, new Note("after " + item.payload().text())));
          BatchOutcome all = BatchOutcome.completed();
          return batch.size() == 5 ? all.but(named(batch, "b"), Outcome.dead("useless")) : all;
        };
    script.add(enqueueAndRefuse);
    script.add(enqueueAndRefuse);
    enqueue("a", "b", "c", "d", "e");
    sluice.drain();

    assertThat(filed).containsExactlyInAnyOrder("after a", "after c", "after d", "after e");
    assertThat(ledger()).containsExactly("a", "c", "d", "e");
  }

  @Test
  void a_task_older_than_the_inbox_is_dead_and_the_others_are_applied() throws SQLException {
    String old = TaskIds.next(sluice.clock().instant().minus(Duration.ofDays(31))).toString();
    sluice.publish("notes", Samples.message(old, NOTE.name()));
    enqueue("a", "b", "c", "d");
    sluice.drain();

    assertThat(sluice.deadTasks().get(0).reason()).isEqualTo(DeadReason.TOO_OLD);
    assertThat(ledger()).containsExactly("a", "b", "c", "d");
  }

  private String twice() {
    String id = newId();
    sluice.publish("notes", Samples.message(id, NOTE.name()));
    sluice.publish("notes", Samples.message(id, NOTE.name()));
    return id;
  }

  private String newId() {
    return TaskIds.next(sluice.clock().instant()).toString();
  }

  private static BatchOutcome failOnHello(List<BatchItem<Note>> batch, Connection connection) {
    if (batch.stream().anyMatch(item -> item.payload().text().equals("hello"))) {
      throw new IllegalStateException("poison");
    }
    return BatchOutcome.completed();
  }

  private List<String> enqueue(String... texts) {
    List<String> ids = new ArrayList<>();
    for (String text : texts) {
      ids.add(sluice.enqueue(NOTE, new Note(text)));
    }
    return ids;
  }

  private static BatchItem<Note> named(List<BatchItem<Note>> batch, String text) {
    return batch.stream()
        .filter(item -> item.payload().text().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private List<String> ledger() throws SQLException {
    return Ledger.entries(sluice.dataSource());
  }

  private void known(String id, InboxKind kind) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection()) {
      new Inbox(sluice.clock()).insert(connection, InboxKey.of(id), kind, null);
    }
  }

  private InboxKind kind(String id) {
    try (Connection connection = sluice.dataSource().getConnection()) {
      return new Inbox(sluice.clock()).find(connection, InboxKey.of(id)).orElse(null);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
