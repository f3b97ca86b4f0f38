package dev.sluice.worker.dead;

import static dev.sluice.worker.dead.Letters.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.QueueStats;
import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.message.DeadReason;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterArchiverTest {
  private static final String DEAD = Topology.DEFAULT.deadQueue();

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final DeadDatabase database = DeadDatabase.h2();
  private final FlakyDatabase flaky = new FlakyDatabase(database.dataSource());
  private final DeadTasks deadTasks = new DeadTasks(database.dataSource(), () -> NOW);
  private final DeadLetterArchiver archiver =
      new DeadLetterArchiver(broker, flaky.dataSource(), () -> NOW);

  @BeforeEach
  void declare() {
    broker.declare(QueueSpec.of(DEAD));
  }

  @AfterEach
  void close() {
    archiver.close();
    broker.close();
    database.close();
  }

  @Test
  void dead_tasks_move_from_the_queue_to_the_table() throws Exception {
    publish(DEAD, IntStream.range(0, 250).mapToObj(i -> Letters.dead("t-" + i, "REJECTED")));
    archiveUntil(250);
    archiver.close();
    assertThat(stats()).isEqualTo(new QueueStats(0, 0));
    // A row in the inbox would make a later redrive a duplicate.
    for (DeadTask task : deadTasks.list(DeadFilter.ALL, 300)) {
      assertThat(database.inInbox(String.valueOf(task.taskId()))).isNull();
    }
  }

  @Test
  void an_unrouted_message_is_archived_as_such() throws Exception {
    publish(Topology.DEFAULT.unrouted(), Letters.task("t-1"));
    archiveUntil(1);
    assertThat(only().reason()).isEqualTo(DeadReason.UNROUTED.name());
  }

  @Test
  void bytes_that_are_no_task_are_kept_untouched_and_once() throws Exception {
    publish(DEAD, Letters.bytes("\u0000what?"), Letters.bytes("\u0000what?"));
    publish(DEAD, Letters.dead("t-1", "REJECTED"));
    archiveUntil(2);
    DeadTask bytes = deadTasks.list(DeadFilter.ALL.reason("MALFORMED"), 10).get(0);
    assertThat(deadTasks.message(bytes.id()).orElseThrow().body())
        .isEqualTo(Letters.bytes("\u0000what?").body());
    assertThat(bytes.clipped()).isFalse();
  }

  @Test
  void a_copy_that_died_after_the_task_was_applied_is_marked() throws Exception {
    database.putInInbox("t-1", InboxKind.DONE);
    publish(DEAD, Letters.dead("t-1", "WORKER_LOST"));
    archiveUntil(1);
    assertThat(only().state()).isEqualTo(DeadState.APPLIED);
    assertThat(only().detail()).startsWith("applied after all");
  }

  @Test
  void a_message_too_big_for_the_table_is_stored_clipped() throws Exception {
    publish(DEAD, sized("t-1", 5 << 20));
    archiveUntil(1);
    assertThat(only().clipped()).isTrue();
    assertThat(deadTasks.message(only().id()).orElseThrow().body()).hasSize(64 << 10);
  }

  @Test
  void a_row_that_the_database_refuses_is_stored_clipped_and_the_others_whole() throws Exception {
    database.execute(
        "ALTER TABLE sluice_dead_task ADD CONSTRAINT small CHECK (OCTET_LENGTH(message) < 100000)");
    publish(
        DEAD,
        Letters.dead("t-1", "REJECTED"),
        sized("t-2", 200_000),
        Letters.dead("t-3", "REJECTED"));
    archiveUntil(3);
    assertThat(deadTasks.list(DeadFilter.ALL, 10))
        .filteredOn(DeadTask::clipped)
        .extracting(DeadTask::taskId)
        .containsExactly("t-2");
  }

  @Test
  void nothing_is_consumed_before_the_database_answers() throws Exception {
    flaky.goAway();
    publish(DEAD, Letters.dead("t-1", "REJECTED"));
    assertAwayWithoutConsuming(1);
    flaky.comeBack();
    archiveUntil(1);
  }

  @Test
  void messages_stay_on_the_broker_while_the_database_is_away() throws Exception {
    archiver.runOnce();
    assertThat(stats().consumers()).isEqualTo(1);
    flaky.goAway();
    publish(DEAD, IntStream.range(0, 20).mapToObj(i -> Letters.dead("t-" + i, "REJECTED")));
    await().untilAsserted(() -> assertThatThrownBy(archiver::runOnce).hasMessageContaining("away"));
    assertAwayWithoutConsuming(20);
    flaky.comeBack();
    archiveUntil(20);
    assertThat(stats().ready()).isZero();
  }

  @Test
  void messages_stay_on_the_broker_while_the_table_is_missing() throws Exception {
    database.execute("ALTER TABLE sluice_dead_task RENAME TO hidden");
    publish(DEAD, Letters.dead("t-1", "REJECTED"));
    assertAwayWithoutConsuming(1);
    database.execute("ALTER TABLE hidden RENAME TO sluice_dead_task");
    archiveUntil(1);
  }

  private void assertAwayWithoutConsuming(long ready) {
    for (int round = 0; round < 5; round++) {
      assertThatThrownBy(archiver::runOnce).isInstanceOf(SQLException.class);
      assertThat(stats()).isEqualTo(new QueueStats(ready, 0));
    }
  }

  private void archiveUntil(int rows) {
    await()
        .untilAsserted(
            () -> {
              archiver.runOnce();
              assertThat(deadTasks.list(DeadFilter.ALL, 1000)).hasSize(rows);
            });
  }

  private DeadTask only() throws SQLException {
    List<DeadTask> all = deadTasks.list(DeadFilter.ALL, 10);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private QueueStats stats() {
    return broker.stats(DEAD).orElseThrow();
  }

  private static Message sized(String id, int bytes) {
    byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) 'x');
    Message letter = Letters.dead(id, "TOO_LARGE");
    return new Message(
        letter.contentType(),
        letter.contentEncoding(),
        0,
        letter.correlationId(),
        null,
        letter.headers(),
        body);
  }

  private void publish(String queue, Message... letters) {
    publish(queue, Arrays.stream(letters));
  }

  private void publish(String queue, Stream<Message> letters) {
    letters
        .map(letter -> broker.publish(new Route.ToQueue(queue), letter))
        .forEach(CompletableFuture::join);
  }
}
