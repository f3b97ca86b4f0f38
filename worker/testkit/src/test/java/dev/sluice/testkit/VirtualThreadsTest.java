package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.topology.Topology;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VirtualThreadsTest {
  private final CompletableFuture<Thread> ranOn = new CompletableFuture<>();

  @Test
  void virtual_threads_are_used_where_the_jvm_has_them_and_refused_elsewhere() throws Exception {
    if (Runtime.version().feature() < 21) {
      assertThatThrownBy(() -> threadOfAHandler(true)).hasMessageContaining("Java 21 or newer");
      return;
    }
    Thread thread = threadOfAHandler(true);

    assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
    assertThat(thread.getName()).startsWith("sluice-" + NOTE.queue());
  }

  @Test
  void handlers_run_on_platform_threads_by_default() throws Exception {
    assertThat(threadOfAHandler(false).getName()).startsWith("sluice-" + NOTE.queue());
  }

  private Thread threadOfAHandler(boolean virtual) throws Exception {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
        Worker worker =
            Worker.open(WorkerOptions.of(broker).queue(NOTE.queue()).virtualThreads(virtual))) {
      worker.handle(
          NOTE,
          (note, task) -> {
            ranOn.complete(Thread.currentThread());
            return Outcome.completed();
          });
      worker.start();
      Producer.open(broker, ProducerOptions.DEFAULTS).enqueue(NOTE, new Note("hello"));
      return ranOn.get(10, TimeUnit.SECONDS);
    }
  }
}
