package dev.sluice.bench;

import dev.sluice.message.Message;
import dev.sluice.producer.Producer;
import dev.sluice.task.TaskType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Confirmed enqueues of 1 KB by one thread with a window of 1,000 unconfirmed. */
final class EnqueueScenario {
  static final int WINDOW = 1000;

  private EnqueueScenario() {}

  static Scenario create(BenchRig rig, long tasks) throws Exception {
    Message template = rig.template();
    return new Scenario(
        "enqueue",
        "confirmed tasks/s",
        Target.ratio(0.8),
        List.of(new Raw(rig, tasks, template), new Sluice(rig, tasks)),
        List.of(
            "%,d tasks a round, body of %,d bytes, window %,d, quorum queue"
                .formatted(tasks, template.body().length, WINDOW),
            "raw: amqp-client with the properties, headers and body of a Sluice message",
            "PerfTest (same body size, no headers): %,.0f confirmed messages/s"
                .formatted(
                    new PerfTest(rig.url())
                        .publish("bench.perf-test", tasks, template.body().length, WINDOW))),
        Map.of());
  }

  private record Raw(BenchRig rig, long tasks, Message template) implements Subject {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public Round run(int round) throws Exception {
      String queue = "bench.enqueue.raw." + round;
      try (RawClient client = new RawClient(rig.url())) {
        client.declare(queue);
        Stopwatch watch = Stopwatch.start();
        Histogram latency = client.publish(queue, template, tasks, WINDOW);
        return rig.audited(queue, tasks, watch.stop(), latency);
      }
    }
  }

  private record Sluice(BenchRig rig, long tasks) implements Subject {
    @Override
    public String name() {
      return "sluice";
    }

    @Override
    public Round run(int round) throws Exception {
      String queue = "bench.enqueue.sluice." + round;
      TaskType<Filler> type = BenchRig.NOOP.queue(queue);
      Filler filler = Filler.ofBytes(BenchRig.BODY_BYTES);
      Histogram latency = new ConcurrentHistogram(3);
      CountDownLatch confirmed = new CountDownLatch(Math.toIntExact(tasks));
      Producer producer = rig.producer();
      // Declares the queue.
      producer.enqueue(type, filler);
      rig.broker().purge(queue);

      Stopwatch watch = Stopwatch.start();
      for (long i = 0; i < tasks; i++) {
        long at = System.nanoTime();
        producer
            .enqueueAsync(type, filler)
            .thenRun(
                () -> {
                  latency.recordValue(System.nanoTime() - at);
                  confirmed.countDown();
                });
      }
      confirmed.await();
      return rig.audited(queue, tasks, watch.stop(), latency);
    }
  }
}
