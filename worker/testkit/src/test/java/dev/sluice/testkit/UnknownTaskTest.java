package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnknownTaskTest {
  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
          handlers ->
              handlers.handle(
                  NOTE.formerly("notes.old_name"), (note, task) -> Outcome.completed()));

  @Test
  void a_task_that_nobody_knows_is_tried_for_ten_minutes_and_then_dead() {
    sluice.publish("notes", Samples.message("id-1", "nobody.knows"));
    sluice.advance(Duration.ofMinutes(9));
    assertThat(kinds(sluice, "id-1")).hasSizeGreaterThan(15).containsOnly(SNOOZED);

    sluice.advance(Duration.ofMinutes(2));
    assertThat(kinds(sluice, "id-1")).endsWith(DEAD);
    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.reason()).isEqualTo(DeadReason.UNKNOWN_TASK);
    assertThat(dead.detail()).contains("nobody.knows");
    assertThat(dead.message().headers()).containsEntry(Headers.DEAD_ATTEMPTS, 0);
  }

  @Test
  void a_newer_payload_waits_for_a_newer_worker_and_uses_no_attempt() {
    String id = sluice.enqueue(NOTE.version(2), new Note("a"));
    sluice.advance(Duration.ofMinutes(11));

    assertThat(kinds(sluice, id)).startsWith(SNOOZED, SNOOZED).endsWith(DEAD);
    assertThat(sluice.deadTasks().get(0).reason()).isEqualTo(DeadReason.NEWER_PAYLOAD);
  }

  @Test
  void a_worker_that_knows_the_task_runs_it_when_it_comes_by() {
    String id = sluice.enqueue(NOTE.version(2), new Note("a"));
    sluice.drain();
    assertThat(kinds(sluice, id)).containsExactly(SNOOZED);

    sluice.worker().close();
    WorkerOptions options =
        WorkerOptions.of(sluice.broker())
            .clock(sluice.clock())
            .controlBus(false)
            .queue("notes", QueueOptions.DEFAULTS);
    List<String> ran = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (Worker newer = Worker.open(options)) {
      newer
          .handle(
              NOTE.version(2),
              (note, task) -> {
                ran.add(task.taskId());
                return Outcome.completed();
              })
          .start();
      sluice.clock().advance(Duration.ofSeconds(31));
      sluice.memory().deliverDue();
      Awaitility.await().untilAsserted(() -> assertThat(ran).containsExactly(id));
    }
  }

  @Test
  void a_former_name_is_still_answered_to() {
    sluice.publish("notes", Samples.message("id-1", "notes.old_name"));
    sluice.drain();

    assertThat(kinds(sluice, "id-1")).containsExactly(COMPLETED);
  }
}
