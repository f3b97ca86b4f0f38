package dev.sluice.testkit;

import static dev.sluice.testkit.JobFirings.FIRE_TIME;
import static dev.sluice.testkit.Samples.kinds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.testkit.Samples.Note;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.BatchOutcome;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ledger of firings says of the tasks that jobs enqueued. */
class FiringOutcomesTest {
  private static final String ID = TaskIds.next(Instant.parse("2026-01-01T00:00:00Z")).toString();
  private static final RetryPolicy TWICE =
      RetryPolicy.attempts(2).withDelays(Duration.ofMinutes(1), 1, Duration.ofMinutes(1));
  private static final TaskType<Note> PLAIN =
      TaskType.of("plain", Note.class).queue("notes").retry(TWICE);
  private static final TaskType<Note> TRANSACTIONAL =
      TaskType.of("transactional", Note.class).queue("notes").retry(TWICE);
  private static final TaskType<Note> BATCH =
      TaskType.of("batch", Note.class).queue("notes").retry(TWICE);

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.withDatabase(
          (handlers, database) -> {
            handlers.handle(PLAIN, this::plain);
            handlers.handle(TRANSACTIONAL, (note, task, connection) -> plain(note, task));
            handlers.handleBatch(BATCH, new BatchOptions(1, Duration.ofMillis(1)), this::batch);
          });

  private final AtomicReference<@Nullable String> firing = new AtomicReference<>();
  private volatile boolean broken = true;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "transactional", "batch"})
  void a_task_that_is_done_completes_its_firing(String type) throws Exception {
    fire(type, "7 ms");

    assertThat(row()).isEqualTo("completed " + START.plusMillis(7) + " 7");
    assertThat(firing.get()).isEqualTo(JobFirings.JOB + "@" + FIRE_TIME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "transactional", "batch"})
  void a_firing_goes_on_while_its_task_is_tried_again_and_ends_with_the_last_attempt(String type)
      throws Exception {
    fire(type, "fail");
    assertThat(row()).isEqualTo("enqueued null null");
    broken = false;
    sluice.advance(Duration.ofMinutes(2));

    assertThat(row()).startsWith("completed ");
  }

  @ParameterizedTest
  @CsvSource({"fail,dead", "reject,dead", "discard,discarded", "what?,dead"})
  void a_task_that_is_not_done_ends_its_firing_with_why(String text, String state)
      throws Exception {
    fire(text.equals("what?") ? "unknown" : "plain", text);
    sluice.advanceToEnd();

    assertThat(row()).startsWith(state + " 2026-01-01T00:");
  }

  @Test
  void a_task_that_expired_ends_its_firing_as_expired() throws Exception {
    JobFirings.insert(sluice.dataSource(), ID);
    publish("plain", "late", Map.of(Headers.EXPIRES, IsoTime.format(START.minusSeconds(1))));

    assertThat(row()).startsWith("expired ");
  }

  @Test
  void a_task_that_was_revoked_ends_its_firing_as_revoked() throws Exception {
    JobFirings.insert(sluice.dataSource(), ID);
    sluice.worker().control().revoke(List.of(ID), false);
    publish("plain", "never", Map.of());

    assertThat(row()).startsWith("revoked ");
  }

  @Test
  void a_dead_task_that_is_sent_back_and_succeeds_completes_its_firing_after_all()
      throws Exception {
    fire("transactional", "fail");
    sluice.advanceToEnd();
    assertThat(row()).startsWith("dead ");
    broken = false;
    publish("transactional", "fail", Map.of());

    assertThat(row()).startsWith("completed ");
  }

  @Test
  void a_second_copy_changes_nothing_once_the_firing_is_completed() throws Exception {
    fire("transactional", "7 ms");
    String row = row();
    sluice.advance(Duration.ofMinutes(1));
    publish("transactional", "7 ms", Map.of());

    assertThat(kinds(sluice, ID))
        .containsExactly(TaskOutcome.Kind.COMPLETED, TaskOutcome.Kind.DUPLICATE);
    assertThat(row()).isEqualTo(row);
  }

  /** The worker died between commit and settlement. */
  @Test
  void a_second_copy_completes_a_firing_whose_end_nobody_wrote() throws Exception {
    fire("transactional", "7 ms");
    execute("UPDATE sluice_job_firing SET state = 'enqueued', ended_at = NULL, duration_ms = NULL");
    publish("transactional", "7 ms", Map.of());

    assertThat(row()).isEqualTo("completed " + START.plusMillis(7) + " 0");
  }

  @Test
  void another_tasks_header_ends_no_firing() throws Exception {
    JobFirings.insert(sluice.dataSource(), TaskIds.next(START).toString());
    publish("plain", "x", Map.of());

    assertThat(row()).isEqualTo("enqueued null null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nightly.report", "nightly.report@soon", "@2026-01-01T00:00:00Z"})
  void a_header_that_names_no_firing_is_left_alone(String header) throws Exception {
    JobFirings.insert(sluice.dataSource(), ID);
    publish("plain", "x", Map.of(Headers.FIRING, header));

    assertThat(kinds(sluice, ID)).containsExactly(TaskOutcome.Kind.COMPLETED);
    assertThat(row()).isEqualTo("enqueued null null");
  }

  @Test
  void a_ledger_that_cannot_be_written_holds_up_no_settlement() throws Exception {
    execute("DROP TABLE sluice_job_firing");
    publish("plain", "x", Map.of());

    assertThat(kinds(sluice, ID)).containsExactly(TaskOutcome.Kind.COMPLETED);
  }

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private void fire(String type, String text) throws SQLException {
    JobFirings.insert(sluice.dataSource(), ID);
    publish(type, text, Map.of());
  }

  private void publish(String type, String text, Map<String, Object> headers) {
    TaskMessage task =
        TaskMessage.builder(ID, type, new PayloadCodec().encode(new Note(text))).build();
    sluice.publish("notes", JobFirings.fired(MessageCodec.encode(task)).withHeaders(headers));
    sluice.drain();
  }

  private Outcome plain(Note note, TaskContext task) {
    firing.set(String.valueOf(task.firing()));
    if (note.text().equals("7 ms")) {
      sluice.clock().set(sluice.clock().instant().plusMillis(7));
    }
    return switch (note.text()) {
      case "fail" -> broken ? Outcome.retry(new IllegalStateException("no")) : Outcome.completed();
      case "reject" -> Outcome.dead("never");
      case "discard" -> Outcome.discarded("not wanted");
      default -> Outcome.completed();
    };
  }

  private BatchOutcome batch(List<BatchItem<Note>> batch, Connection connection) {
    BatchItem<Note> item = batch.get(0);
    return BatchOutcome.completed().but(item, plain(item.payload(), item.task()));
  }

  private String row() throws SQLException {
    return JobFirings.row(sluice.dataSource());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
