package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.DISCARDED;
import static dev.sluice.testkit.TaskOutcome.Kind.REVOKED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.worker.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DiscardTest {
  private final AtomicInteger runs = new AtomicInteger();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task) -> {
                        runs.incrementAndGet();
                        return Outcome.discarded("nobody wants it");
                      }))
          .withDatabase();

  @Test
  void a_task_that_a_plain_handler_discards_never_runs_again() {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();
    sluice.enqueue(NOTE, new Note("a"), EnqueueOptions.DEFAULTS.taskId(id));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(DISCARDED, REVOKED);
    assertThat(runs).hasValue(1);
    assertThat(sluice.deadTasks()).isEmpty();
  }
}
