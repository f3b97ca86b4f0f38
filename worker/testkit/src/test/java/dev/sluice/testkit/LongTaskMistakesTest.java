package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.fanout.Recipients;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.State;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is wrong with a long task is said, with the next step. */
class LongTaskMistakesTest {
  record Nothing() {}

  private static final TaskType<Nothing> STUCK =
      TaskType.of("mistakes.stuck", Nothing.class).queue("mistakes");
  private static final TaskType<Nothing> DESCENDING =
      TaskType.of("mistakes.descending", Nothing.class).queue("mistakes");

  @RegisterExtension ReindexFixture docs = new ReindexFixture();

  @RegisterExtension
  SluiceTest mistakes =
      SluiceTest.withDatabase(
          (handlers, dataSource) -> {
            stuck().register(handlers, dataSource);
            descending(dataSource).register(handlers, dataSource);
          });

  private static LongTaskKind<Nothing> stuck() {
    LongTask<Nothing> work =
        new LongTask<>() {
          @Override
          public Plan plan(Nothing payload, Connection connection) {
            return new Plan(List.of(new Slice("here", null)), null);
          }

          @Override
          public Step step(Nothing payload, Slice slice) {
            return Step.upTo("here", 0);
          }
        };
    return LongTaskKind.of(STUCK, work, LongTaskOptions.DEFAULTS, InstantSource.system());
  }

  private static LongTaskKind<Nothing> descending(DataSource dataSource) {
    Recipients<Nothing> recipients =
        (connection, payload, tier, after, upTo, limit) ->
            LongStream.range(0, limit).map(i -> limit - i).boxed().toList();
    return FanOut.of(
        DESCENDING,
        dataSource,
        recipients,
        (payload, ids) -> {},
        FanOutOptions.DEFAULTS,
        InstantSource.system());
  }

  @Test
  void a_kind_is_registered_once() {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
        Worker worker =
            Worker.open(WorkerOptions.of(broker).dataSource(mistakes.dataSource()).queue("q"))) {
      LongTaskKind<Nothing> kind = stuck();
      kind.register(worker, mistakes.dataSource());

      assertThatIllegalArgumentException()
          .isThrownBy(() -> kind.register(worker, mistakes.dataSource()))
          .withMessageContaining("mistakes.stuck")
          .withMessageContaining("already");
    }
  }

  @Test
  void a_step_that_ends_where_it_began_is_dead() {
    mistakes.enqueue(STUCK, new Nothing());
    mistakes.drain();

    assertThat(mistakes.deadTasks())
        .singleElement()
        .satisfies(dead -> assertThat(dead.detail()).contains("ended where it began", "NotNow"));
  }

  @Test
  void recipients_that_do_not_ascend_are_refused() {
    mistakes.enqueue(DESCENDING, new Nothing());
    mistakes.drain();

    assertThat(mistakes.deadTasks())
        .singleElement()
        .satisfies(dead -> assertThat(dead.detail()).contains("page gives", "ascending order"));
  }

  @Test
  void a_payload_that_fits_no_more_is_dead() throws Exception {
    docs.atStep(3, () -> damage("sluice_long_task SET payload = 'x'"));
    docs.start();
    docs.sluice.drain();

    assertThat(docs.sluice.deadTasks()).isNotEmpty();
    assertThat(docs.sluice.deadTasks().get(0).detail())
        .contains(docs.only(), "does not fit", "docs.reindex", "redrive");
    assertThat(docs.progress().state()).isEqualTo(State.RUNNING);
  }

  @Test
  void a_continuation_that_comes_to_another_kind_is_dead() throws Exception {
    docs.atStep(3, () -> damage("sluice_long_task SET name = 'docs.other'"));
    docs.start();
    docs.sluice.drain();

    assertThat(docs.sluice.deadTasks()).isNotEmpty();
    assertThat(docs.sluice.deadTasks().get(0).detail()).contains("docs.other", "docs.reindex");
  }

  @Test
  void units_are_not_negative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.last(-1))
        .withMessageContaining("units");
  }

  private Object damage(String what) throws Exception {
    docs.update("UPDATE " + what);
    return what;
  }
}
