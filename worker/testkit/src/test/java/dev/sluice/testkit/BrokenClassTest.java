package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.WorkerListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Errors of the JVM, as a half-finished deploy brings them, outside of handlers. */
class BrokenClassTest {
  record Broken(String text) {
    Broken {
      throw new NoClassDefFoundError("gone/Library");
    }
  }

  private static final TaskType<Broken> BROKEN =
      TaskType.of("notes.broken", Broken.class).queue("notes");

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handle(NOTE, (note, task) -> Outcome.completed())
                      .handle(BROKEN, (payload, task) -> Outcome.completed()))
          .withOptions(options -> options.listener(new BrokenListener()));

  @Test
  void a_payload_whose_class_is_broken_puts_its_task_off_and_no_other() {
    sluice.publish("notes", Samples.message("broken", BROKEN.name()));
    String next = sluice.enqueue(NOTE, new Note("next"));
    sluice.drain();

    assertThat(kinds(sluice, "broken")).containsExactly(SNOOZED);
    assertThat(kinds(sluice, next)).containsExactly(COMPLETED);
    assertThat(sluice.worker().control().stats().queues().get("notes").running()).isZero();
  }

  @Test
  void a_listener_that_is_broken_harms_no_task() {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
  }

  private static final class BrokenListener implements WorkerListener {
    @Override
    public void started(Task task) {
      throw new NoClassDefFoundError("gone/Metrics");
    }
  }
}
