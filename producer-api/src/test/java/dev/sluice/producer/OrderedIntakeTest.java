package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.message.PayloadCodec;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OrderedIntakeTest {
  record Click(long user) {}

  private static final TaskType<Click> CLICK = TaskType.of("clicks.record", Click.class);

  private final MessageFactory messages =
      new MessageFactory(
          Topology.DEFAULT, "1@host", PayloadCodec.DEFAULT_MAX_BYTES, InstantSource.system());
  private boolean refuses = true;

  private final Intake intake =
      new Intake() {
        @Override
        public CompletableFuture<Void> take(NewTask task) {
          return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<CompletableFuture<Void>> takeAll(List<NewTask> tasks) {
          if (refuses) {
            throw new IllegalStateException("closed");
          }
          return tasks.stream().map(this::take).toList();
        }

        @Override
        public void close() {}
      };

  @Test
  void a_key_is_free_again_when_all_tasks_are_refused_at_once() {
    OrderedIntake ordered = new OrderedIntake(intake, Duration.ofSeconds(1));

    assertThatThrownBy(() -> ordered.takeAll(List.of(task(), task()))).hasMessage("closed");

    refuses = false;
    assertThat(ordered.takeAll(List.of(task(), task())))
        .allSatisfy(stored -> assertThat(stored).isCompletedWithValue(null));
  }

  private NewTask task() {
    return messages.create(CLICK, new Click(1), EnqueueOptions.DEFAULTS.orderKey("a"), null);
  }
}
