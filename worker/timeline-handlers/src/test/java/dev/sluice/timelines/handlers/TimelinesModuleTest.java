package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskType;
import dev.sluice.testkit.SluiceTest;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.Recount;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.TruncateTimelines;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.TaskModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A worker that has a database and no Redis. */
class TimelinesModuleTest {
  @RegisterExtension final SluiceTest sluice = SluiceTest.withDatabase(this::register);

  private void register(Handlers handlers, DataSource database) {
    new TimelinesModule(() -> sluice.clock().instant())
        .register(
            handlers,
            new TaskModule.Services(
                Optional.of(database), Map.of(), Optional.empty(), Optional.empty(), "", Map.of()));
  }

  @Test
  void what_the_built_in_jobs_ask_for_is_left_to_workers_with_redis_and_then_discarded_not_dead() {
    for (TaskType<?> type : List.of(TimelineTasks.TRUNCATE, TimelineTasks.RECOUNT)) {
      String id = enqueue(type);
      sluice.drain();
      assertThat(kinds(id)).containsExactly(TaskOutcome.Kind.SNOOZED);

      sluice.advance(JobsElsewhere.PATIENCE.minusSeconds(1));
      assertThat(kinds(id)).hasSizeGreaterThan(1).containsOnly(TaskOutcome.Kind.SNOOZED);

      sluice.advance(JobsElsewhere.PAUSE);
      assertThat(kinds(id)).last().isEqualTo(TaskOutcome.Kind.DISCARDED);
      assertThat(sluice.outcomes(id))
          .last()
          .extracting(TaskOutcome::detail)
          .isEqualTo("no worker with Redis took it for 30 minutes; this one has none");
    }
  }

  private List<TaskOutcome.Kind> kinds(String id) {
    return sluice.outcomes(id).stream().map(TaskOutcome::kind).toList();
  }

  private String enqueue(TaskType<?> type) {
    return type == TimelineTasks.TRUNCATE
        ? sluice.enqueue(TimelineTasks.TRUNCATE, TruncateTimelines.byAge())
        : sluice.enqueue(TimelineTasks.RECOUNT, new Recount());
  }
}
