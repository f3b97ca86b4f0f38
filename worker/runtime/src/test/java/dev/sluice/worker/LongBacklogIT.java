package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The length of a queue costs a worker no memory. */
class LongBacklogIT {
  private static final int TASKS = 1_000_000;
  private static final int CHUNK = 10_000;
  private static final int MINUTES = 8;

  record Numbered(int number) {}

  private static final TaskType<Numbered> NUMBERED =
      TaskType.of("test.numbered", Numbered.class).queue("test.long-backlog");

  @TempDir Path folder;

  @Test
  void a_worker_with_a_million_tasks_waiting_runs_to_the_end_in_128_megabytes() throws Exception {
    String url = DevServices.shared().rabbit().url();
    try (Broker broker = RabbitBroker.open(RabbitOptions.of(url));
        Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      for (int from = 0; from < TASKS; from += CHUNK) {
        producer.enqueueAll(requests(from));
      }
    }
    Path log = folder.resolve("log");

    Process worker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                SmallWorker.class.getName(),
                url)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(worker.waitFor(MINUTES, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      worker.destroyForcibly();
    }

    assertThat(worker.exitValue()).as(Files.readString(log)).isZero();
    assertThat(Files.readAllLines(log)).contains("1000000 tasks, 0 of them twice");
  }

  private static List<EnqueueRequest<Numbered>> requests(int from) {
    return IntStream.range(from, from + CHUNK)
        .mapToObj(number -> EnqueueRequest.of(NUMBERED, new Numbered(number)))
        .toList();
  }

  /** Runs every task once, says how many there were, and ends. */
  static final class SmallWorker {
    public static void main(String[] arguments) throws InterruptedException {
      BitSet seen = new BitSet(TASKS);
      int[] count = {0, 0};
      CountDownLatch all = new CountDownLatch(1);
      try (Broker broker = RabbitBroker.open(RabbitOptions.of(arguments[0]));
          Worker worker = Worker.open(WorkerOptions.of(broker).queue(NUMBERED.queue()))) {
        worker.handle(
            NUMBERED,
            (payload, task) -> {
              synchronized (seen) {
                count[seen.get(payload.number()) ? 1 : 0]++;
                seen.set(payload.number());
                if (count[0] == TASKS) {
                  all.countDown();
                }
              }
              return Outcome.completed();
            });
        worker.start();
        all.await();
      }
      System.out.println(count[0] + " tasks, " + count[1] + " of them twice");
    }
  }
}
