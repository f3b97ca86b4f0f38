package dev.sluice.worker.dead;

import static dev.sluice.worker.dead.Letters.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.outbox.Outbox;
import dev.sluice.outbox.ParkedMessages;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.inbox.InboxKind;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for the dead tasks in every database. */
abstract class DeadTasksContract {
  private static final String ID = TaskIds.next(NOW.minusSeconds(60)).toString();
  private static final RedriveTransient.Payload PAYLOAD =
      RedriveTransient.Payload.DEFAULTS.minAge(60);

  private DeadDatabase database;
  private DeadTasks deadTasks;
  private Instant now = NOW;

  /** An empty database. */
  abstract DeadDatabase open() throws SQLException;

  @BeforeEach
  void start() throws SQLException {
    database = open();
    InstantSource clock = () -> now;
    deadTasks = new DeadTasks(database.dataSource(), clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void a_dead_task_is_listed_and_shown_with_its_bytes() throws Exception {
    database.archive(NOW, Letters.dead(ID, "RETRIES_EXHAUSTED"));
    DeadTask listed = only();
    assertThat(listed.taskId()).isEqualTo(ID);
    assertThat(listed.state()).isEqualTo(DeadState.DEAD);
    assertThat(listed.stack()).isNull();
    DeadTask shown = deadTasks.find(listed.id()).orElseThrow();
    assertThat(shown.stack()).contains("Some.java:1");
    assertThat(shown.deadAt()).isEqualTo(NOW);
    assertThat(deadTasks.message(listed.id()).orElseThrow().body())
        .asString()
        .isEqualTo(Letters.BODY);
    assertThat(deadTasks.find(listed.id() + 1)).isEmpty();
  }

  @Test
  void a_list_is_filtered_and_has_the_latest_first() throws Exception {
    database.archive(
        NOW,
        Letters.dead(Letters.task("a"), "REJECTED", "java.lang.Error", NOW.minusSeconds(20)),
        Letters.dead(Letters.task("b"), "REJECTED", "java.lang.Error", NOW.minusSeconds(10)),
        Letters.dead(Letters.task("c"), "WORKER_LOST", "java.io.IOException", NOW));
    assertThat(ids(DeadFilter.ALL, 10)).containsExactly("c", "b", "a");
    assertThat(ids(DeadFilter.ALL, 2)).containsExactly("c", "b");
    assertThat(ids(DeadFilter.ALL.reason("REJECTED"), 10)).containsExactly("b", "a");
    assertThat(ids(DeadFilter.ALL.exception("java.io.IOException"), 10)).containsExactly("c");
    assertThat(ids(DeadFilter.ALL.taskId("a"), 10)).containsExactly("a");
    assertThat(ids(DeadFilter.ALL.since(NOW.minusSeconds(10)).until(NOW), 10)).containsExactly("b");
    assertThat(ids(DeadFilter.ALL.taskName("clicks.record").queue("clicks"), 10)).hasSize(3);
    assertThat(ids(DeadFilter.ALL.queue("other"), 10)).isEmpty();
    assertThat(ids(DeadFilter.ALL.state(DeadState.APPLIED), 10)).isEmpty();
  }

  @Test
  void a_redriven_task_leaves_through_the_outbox_with_a_fresh_start() throws Exception {
    database.archive(NOW, Letters.dead(ID, "RETRIES_EXHAUSTED"));
    assertThat(deadTasks.redrive(List.of(only().id()), 10)).isEqualTo(done(1));
    assertThat(only().state()).isEqualTo(DeadState.REDRIVEN);
    DeadDatabase.Sent sent = database.outbox().get(0);
    assertThat(sent.queue()).isEqualTo("clicks");
    assertThat(sent.eta()).isNull();
    assertThat(MessageCodec.decode(sent.message()).retries()).isZero();
    assertThat(MessageCodec.decode(sent.message()).redrives()).isEqualTo(1);
    // Or the worker would take the redriven task for a duplicate.
    assertThat(database.inInbox(ID)).isNull();
  }

  @Test
  void a_redriven_task_that_dies_again_is_a_second_entry() throws Exception {
    database.archive(NOW, Letters.dead(ID, "RETRIES_EXHAUSTED"));
    deadTasks.redrive(List.of(only().id()), 10);
    Message again = database.outbox().get(0).message();
    database.archive(NOW, Letters.dead(again, "REJECTED", "java.lang.Error", NOW.plusSeconds(5)));
    List<DeadTask> all = deadTasks.list(DeadFilter.ALL, 10);
    assertThat(all).extracting(DeadTask::redrives).containsExactly(1, 0);
    assertThat(all).extracting(DeadTask::state).containsExactly(DeadState.DEAD, DeadState.REDRIVEN);
    assertThat(deadTasks.redrive(List.of(all.get(0).id()), 10)).isEqualTo(done(1));
    assertThat(MessageCodec.decode(database.outbox().get(1).message()).redrives()).isEqualTo(2);
  }

  @Test
  void a_late_copy_of_the_same_death_changes_nothing() throws Exception {
    database.archive(NOW, Letters.dead(ID, "RETRIES_EXHAUSTED"));
    deadTasks.redrive(List.of(only().id()), 10);
    database.archive(NOW, Letters.dead(ID, "WORKER_LOST"));
    assertThat(only().state()).isEqualTo(DeadState.REDRIVEN);
    assertThat(only().reason()).isEqualTo("RETRIES_EXHAUSTED");
  }

  @Test
  void a_redrive_is_spread_by_its_rate() throws Exception {
    for (int i = 0; i < 250; i++) {
      database.archive(NOW, Letters.dead("t-" + i, "REJECTED"));
    }
    assertThat(deadTasks.redrive(DeadFilter.ALL, 250, 100)).isEqualTo(done(250));
    List<DeadDatabase.Sent> sent = database.outbox();
    assertThat(sent).filteredOn(s -> s.eta() == null).hasSize(100);
    assertThat(sent).filteredOn(s -> NOW.plusSeconds(1).equals(s.eta())).hasSize(100);
    assertThat(sent).filteredOn(s -> NOW.plusSeconds(2).equals(s.eta())).hasSize(50);
    // The ladder alone delays it; an eta of its own would be checked again by the worker.
    assertThat(sent).noneMatch(s -> s.message().headers().containsKey(Headers.ETA));
  }

  @Test
  void of_concurrent_redrives_of_an_entry_one_sends_it() throws Exception {
    int threads = 8;
    List<Message> letters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      letters.add(Letters.dead("t-" + i, "REJECTED"));
    }
    database.archive(NOW, letters.toArray(Message[]::new));
    List<Long> all = deadTasks.list(DeadFilter.ALL, 100).stream().map(DeadTask::id).toList();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<DeadReport>> reports = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      reports.add(
          pool.submit(
              () -> {
                start.await();
                return deadTasks.redrive(all, 1000);
              }));
    }
    start.countDown();
    int done = 0;
    for (Future<DeadReport> report : reports) {
      done += report.get().done();
    }
    pool.shutdown();
    assertThat(done).isEqualTo(20);
    assertThat(database.outbox()).hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EXPIRED", "TOO_OLD", "A_REASON_OF_TOMORROW"})
  void a_reason_that_forbids_it_is_never_sent_back(String reason) throws Exception {
    database.archive(NOW, Letters.dead(ID, "REJECTED"));
    database.execute("UPDATE sluice_dead_task SET reason = '" + reason + "'");
    assertRefused(reason + " is never sent back");
  }

  @Test
  void a_task_older_than_the_inbox_is_refused() throws Exception {
    String old = TaskIds.next(NOW.minus(Duration.ofDays(31))).toString();
    database.archive(NOW, Letters.dead(old, "REJECTED"));
    assertRefused("older than the 30 days");
  }

  @Test
  void an_entry_older_than_the_inbox_is_refused() throws Exception {
    database.archive(NOW, Letters.dead("a-foreign-id", "REJECTED"));
    now = NOW.plus(Duration.ofDays(31));
    assertRefused("older than the 30 days");
  }

  @Test
  void an_entry_already_redriven_is_refused() throws Exception {
    database.archive(NOW, Letters.dead(ID, "REJECTED"));
    deadTasks.redrive(List.of(only().id()), 10);
    DeadReport report = deadTasks.redrive(List.of(only().id()), 10);
    assertThat(report.done()).isZero();
    assertThat(report.refused().get(0).reason()).contains("already redriven at " + NOW);
    assertThat(database.outbox()).hasSize(1);
  }

  @Test
  void an_entry_that_does_not_exist_is_refused() throws Exception {
    assertThat(deadTasks.redrive(List.of(77L), 10).refused())
        .containsExactly(new DeadReport.Refusal(77, "there is no such entry"));
    assertThat(deadTasks.discard(List.of(77L)).refused()).hasSize(1);
  }

  @Test
  void a_clipped_message_is_refused() throws Exception {
    database.archive(NOW, Letters.dead(ID, "TOO_LARGE"));
    database.execute("UPDATE sluice_dead_task SET clipped = TRUE");
    assertRefused("too big to be kept whole");
  }

  @Test
  void an_entry_without_a_queue_is_refused() throws Exception {
    database.archive(NOW, Letters.bytes("what?"));
    assertRefused("which queue");
  }

  @Test
  void a_damaged_message_is_refused_and_stays() throws Exception {
    database.archive(NOW, Letters.dead(ID, "REJECTED"));
    database.execute("UPDATE sluice_dead_task SET message = X'00'");
    assertRefused("damaged");
    assertThat(only().state()).isEqualTo(DeadState.DEAD);
  }

  @Test
  void a_task_that_was_applied_meanwhile_is_not_sent_back() throws Exception {
    database.archive(NOW, Letters.dead(ID, "WORKER_LOST"));
    database.putInInbox(ID, InboxKind.DONE);
    assertRefused("applied after all");
    assertThat(only().state()).isEqualTo(DeadState.APPLIED);
    assertThat(only().detail()).startsWith("applied after all; was WORKER_LOST");
  }

  @ParameterizedTest
  @EnumSource(names = {"REVOKED", "DISCARDED"})
  void a_task_that_was_called_off_meanwhile_never_rises_again(InboxKind kind) throws Exception {
    database.archive(NOW, Letters.dead(ID, "WORKER_LOST"));
    database.putInInbox(ID, kind);
    assertRefused("its id is in the inbox");
    assertThat(only().state()).isEqualTo(DeadState.DISCARDED);
  }

  @Test
  void a_death_of_a_task_that_is_applied_is_archived_as_applied_after_all() throws Exception {
    database.putInInbox(ID, InboxKind.DONE);
    database.archive(NOW, Letters.dead(ID, "WORKER_LOST"), Letters.dead("b", "REJECTED"));
    assertThat(deadTasks.list(DeadFilter.ALL.state(DeadState.APPLIED), 10))
        .singleElement()
        .satisfies(task -> assertThat(task.detail()).startsWith("applied after all"));
    assertThat(ids(DeadFilter.WAITING, 10)).containsExactly("b");
  }

  @Test
  void a_discarded_task_is_in_the_inbox_and_never_rises_again() throws Exception {
    database.archive(NOW, Letters.dead(ID, "REJECTED"));
    assertThat(deadTasks.discard(List.of(only().id()))).isEqualTo(done(1));
    assertThat(only().state()).isEqualTo(DeadState.DISCARDED);
    assertThat(database.inInbox(ID)).isEqualTo(InboxKind.DISCARDED);
    assertRefused("already discarded");
  }

  @Test
  void discarding_a_task_that_was_applied_says_so() throws Exception {
    database.archive(NOW, Letters.dead(ID, "REJECTED"));
    database.putInInbox(ID, InboxKind.DONE);
    DeadReport report = deadTasks.discard(List.of(only().id()));
    assertThat(report.done()).isZero();
    assertThat(report.refused().get(0).reason()).contains("applied after all");
    assertThat(only().state()).isEqualTo(DeadState.APPLIED);
    assertThat(database.inInbox(ID)).isEqualTo(InboxKind.DONE);
  }

  @Test
  void discarding_a_redriven_task_is_refused_and_leaves_the_inbox_alone() throws Exception {
    database.archive(NOW, Letters.dead(ID, "REJECTED"));
    deadTasks.redrive(List.of(only().id()), 10);
    assertThat(deadTasks.discard(List.of(only().id())).refused()).hasSize(1);
    assertThat(database.inInbox(ID)).isNull();
  }

  @Test
  void bytes_that_are_no_task_are_discarded_without_an_inbox_row() throws Exception {
    database.archive(NOW, Letters.bytes("what?"));
    assertThat(deadTasks.discard(DeadFilter.ALL, 10)).isEqualTo(done(1));
    assertThat(only().state()).isEqualTo(DeadState.DISCARDED);
  }

  @Test
  void the_retry_job_tries_again_at_growing_intervals_and_gives_up() throws Exception {
    RedriveTransient.Payload payload = PAYLOAD;
    Message letter =
        Letters.dead(Letters.task(ID), "RETRIES_EXHAUSTED", "java.net.ConnectException", NOW);
    for (int tries = 0; tries < 3; tries++) {
      database.archive(now, Letters.dead(letter, "RETRIES_EXHAUSTED", "java.io.IOException", now));
      long interval = 60L << tries;
      now = now.plusSeconds(interval - 1);
      assertThat(deadTasks.redriveTransient(payload)).as("too early").isEqualTo(done(0));
      now = now.plusSeconds(1);
      assertThat(deadTasks.redriveTransient(payload)).as("try " + tries).isEqualTo(done(1));
      letter = database.outbox().get(tries).message();
    }
    database.archive(now, Letters.dead(letter, "RETRIES_EXHAUSTED", "java.io.IOException", now));
    now = now.plus(Duration.ofDays(1));
    assertThat(deadTasks.redriveTransient(payload)).as("given up").isEqualTo(done(0));
    DeadTask last = deadTasks.list(DeadFilter.WAITING, 1).get(0);
    assertThat(last.autoRedrives()).isEqualTo(3);
    // An operator starts the count anew.
    assertThat(deadTasks.redrive(List.of(last.id()), 10)).isEqualTo(done(1));
    letter = database.outbox().get(3).message();
    database.archive(now, Letters.dead(letter, "RETRIES_EXHAUSTED", "java.io.IOException", now));
    now = now.plusSeconds(60);
    assertThat(deadTasks.redriveTransient(payload)).isEqualTo(done(1));
  }

  @Test
  void the_retry_job_leaves_bugs_and_poison_alone_and_keeps_to_its_limit() throws Exception {
    database.archive(
        NOW,
        Letters.dead(Letters.task("bug"), "RETRIES_EXHAUSTED", "java.lang.Error", NOW),
        Letters.dead(Letters.task("poison"), "WORKER_LOST", "java.io.IOException", NOW),
        Letters.dead(Letters.task("expired"), "EXPIRED", "java.io.IOException", NOW),
        Letters.bytes("what?"),
        Letters.dead(Letters.task("applied"), "UNKNOWN_TASK", "java.lang.Error", NOW),
        Letters.dead(Letters.task("a"), "UNKNOWN_TASK", "java.lang.Error", NOW),
        Letters.dead(Letters.task("b"), "RETRIES_EXHAUSTED", "java.io.IOException", NOW),
        Letters.dead(Letters.task("c"), "RETRIES_EXHAUSTED", "java.io.IOException", NOW));
    database.putInInbox("applied", InboxKind.DONE);
    now = NOW.plusSeconds(60);
    DeadReport report = deadTasks.redriveTransient(PAYLOAD.limit(2).ratePerSecond(1));
    assertThat(report.done()).isEqualTo(2);
    assertThat(report.refused()).hasSize(1);
    List<DeadDatabase.Sent> sent = database.outbox();
    assertThat(sent).extracting(s -> s.message().correlationId()).containsExactly("a", "b");
    assertThat(sent).extracting(DeadDatabase.Sent::eta).containsExactly(null, now.plusSeconds(1));
  }

  @Test
  void the_retry_job_chooses_by_task_type_and_by_cause() throws Exception {
    database.archive(
        NOW,
        Letters.dead(Letters.task("deploy"), "UNKNOWN_TASK", "java.lang.Error", NOW),
        Letters.dead(Letters.task("socket"), "RETRIES_EXHAUSTED", "java.io.IOException", NOW),
        Letters.dead(
            Letters.task("lock"), "RETRIES_EXHAUSTED", "java.sql.SQLTimeoutException", NOW),
        Letters.dead(Letters.task("mail"), "RETRIES_EXHAUSTED", "java.io.IOException", NOW),
        Letters.dead(Letters.task("wrapped"), "RETRIES_EXHAUSTED", "java.lang.Error", NOW));
    database.execute("UPDATE sluice_dead_task SET task_name = 'mail' WHERE task_id = 'mail'");
    database.execute(
        "UPDATE sluice_dead_task SET transient = TRUE, stack = 'java.lang.Error: no\n\tat a\nCaused"
            + " by: java.net.ConnectException: refused\n\tat b' WHERE task_id = 'wrapped'");
    now = NOW.plusSeconds(60);
    assertThat(due(PAYLOAD.tasks(List.of("mail"), List.of()))).containsExactly("mail");
    assertThat(due(PAYLOAD.tasks(List.of(), List.of("mail"))))
        .containsExactly("deploy", "socket", "lock", "wrapped");
    assertThat(
            due(PAYLOAD.causes(List.of("UNKNOWN_TASK", "java.sql.SQLTimeoutException"), List.of())))
        .containsExactly("deploy", "lock");
    assertThat(due(PAYLOAD.causes(List.of("java.net.ConnectException"), List.of())))
        .as("the cause of its exception")
        .containsExactly("wrapped");
    assertThat(
            due(
                PAYLOAD
                    .tasks(List.of("mail", "clicks.record"), List.of("mail"))
                    .causes(
                        List.of(), List.of("java.io.IOException", "java.net.ConnectException"))))
        .containsExactly("deploy", "lock");
    assertThatThrownBy(() -> PAYLOAD.causes(List.of("TIMEOUT"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("causes: 'TIMEOUT' is neither a reason");
  }

  /** What a run sends back; afterwards it is dead again. */
  private List<String> due(RedriveTransient.Payload payload) throws SQLException {
    assertThat(deadTasks.redriveTransient(payload).refused()).isEmpty();
    List<String> sent =
        database.outbox().stream().map(row -> row.message().correlationId()).toList();
    database.execute("DELETE FROM sluice_outbox");
    database.execute("UPDATE sluice_dead_task SET state = 'DEAD', auto_redrives = 0");
    return sent;
  }

  @Test
  void a_message_that_the_outbox_set_aside_is_dropped_with_an_inbox_row() throws Exception {
    Outbox outbox = new Outbox(() -> now);
    Message message =
        MessageCodec.encode(
            TaskMessage.builder(ID, "clicks.record", Letters.BODY.getBytes(StandardCharsets.UTF_8))
                .build());
    Transaction.run(
        database.dataSource(),
        connection -> {
          outbox.insert(connection, List.of(new RoutedMessage("clicks", null, message)));
          return null;
        });
    ParkedDiscard discard = new ParkedDiscard(database.dataSource(), List.of(), () -> now);
    database.execute(
        "UPDATE sluice_outbox SET not_before = '9999-12-31 00:00:00', failures = 1,"
            + " failing_since = '2026-11-21 02:05:00', parked_reason = 'no queue'");
    long id = new ParkedMessages(database.dataSource()).list(10).get(0).id();

    assertThat(discard.discard(List.of(id))).containsExactly(id);
    assertThat(database.inInbox(ID)).isEqualTo(InboxKind.DISCARDED);
    assertThat(database.outbox()).isEmpty();
    assertThat(discard.discard(List.of(id))).as("gone already").isEmpty();
  }

  private void assertRefused(String why) throws SQLException {
    DeadReport report = deadTasks.redrive(List.of(only().id()), 10);
    assertThat(report.done()).isZero();
    assertThat(report.refused())
        .singleElement()
        .satisfies(refusal -> assertThat(refusal.reason()).contains(why));
    assertThat(database.outbox()).isEmpty();
  }

  private DeadTask only() throws SQLException {
    List<DeadTask> all = deadTasks.list(DeadFilter.ALL, 10);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private List<String> ids(DeadFilter filter, int limit) throws SQLException {
    return deadTasks.list(filter, limit).stream().map(DeadTask::taskId).toList();
  }

  private static DeadReport done(int entries) {
    return new DeadReport(entries, List.of());
  }
}
