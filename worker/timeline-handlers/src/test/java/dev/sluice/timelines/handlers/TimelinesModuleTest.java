package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.task.TaskType;
import dev.sluice.testkit.SluiceTest;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.Recount;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.TaskModule;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A worker that has a database and no Redis. */
class TimelinesModuleTest {
  @RegisterExtension
  final SluiceTest sluice = SluiceTest.withDatabase(TimelinesModuleTest::register);

  private static void register(Handlers handlers, DataSource database) {
    new TimelinesModule()
        .register(
            handlers,
            new TaskModule.Services(
                Optional.of(database), Map.of(), Optional.empty(), Optional.empty(), "", Map.of()));
  }

  @Test
  void what_the_built_in_jobs_of_timelines_ask_for_is_discarded_and_not_dead() {
    assertDiscarded(TimelineTasks.TRUNCATE, TruncateTimelines.byAge());
    assertDiscarded(TimelineTasks.RECOUNT, new Recount());
  }

  private <P extends Record> void assertDiscarded(TaskType<P> type, P payload) {
    String id = sluice.enqueue(type, payload);
    sluice.drain();

    assertThat(sluice.outcomes(id))
        .extracting(TaskOutcome::kind, TaskOutcome::detail)
        .containsExactly(
            tuple(TaskOutcome.Kind.DISCARDED, "this worker has no Redis, and so no timelines"));
  }
}
