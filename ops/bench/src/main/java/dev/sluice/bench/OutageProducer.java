package dev.sluice.bench;

import dev.sluice.bench.load.OpenLoop;
import dev.sluice.bench.load.Pace;
import dev.sluice.bench.load.Timings;
import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.producer.EnqueueException;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import java.io.BufferedWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * The application of {@code bench spool --outage}, in a JVM of its own: enqueues through a spool at
 * a fixed rate and writes the ids of what was accepted to a file. It prints {@code started}, then
 * {@code ended}, waits for a line, closes its producer and prints its figures as JSON.
 */
final class OutageProducer {
  static final String URL = "SLUICE_BROKER_URL";
  static final String STARTED = "started";
  static final String ENDED = "ended";

  private OutageProducer() {}

  /** The spool's folder, the file for the ids, the queue, calls per second and their seconds. */
  public static void main(String[] args) throws Exception {
    Pace pace = new Pace(Integer.parseInt(args[3]), Duration.ofSeconds(Integer.parseInt(args[4])));
    TaskType<Filler> type = BenchRig.NOOP.queue(args[2]);
    Filler filler = Filler.ofBytes(BenchRig.BODY_BYTES);
    AtomicLong refused = new AtomicLong();
    Timings timings;
    try (Broker broker = RabbitBroker.open(RabbitOptions.of(System.getenv(URL)));
        Producer producer =
            Producer.open(
                broker, ProducerOptions.DEFAULTS.spool(SpoolOptions.of(Path.of(args[0]))));
        BufferedWriter ids = Files.newBufferedWriter(Path.of(args[1]))) {
      System.out.println(STARTED);
      timings =
          OpenLoop.run(
              pace,
              1,
              number -> {
                try {
                  ids.append(producer.enqueue(type, filler).taskId()).append('\n');
                } catch (EnqueueException e) {
                  refused.incrementAndGet();
                }
              });
      ids.flush();
      System.out.println(ENDED);
      if (System.in.read() < 0) {
        System.exit(1);
      }
    }
    System.out.println(JsonMapper.shared().writeValueAsString(figures(timings, refused.get())));
  }

  private static Map<String, Object> figures(Timings timings, long refused) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("p50_us", timings.call().getValueAtPercentile(50) / 1e3);
    figures.put("p99_us", timings.call().getValueAtPercentile(99) / 1e3);
    figures.put("p999_us", timings.call().getValueAtPercentile(99.9) / 1e3);
    figures.put("due_p999_us", timings.fromDue().getValueAtPercentile(99.9) / 1e3);
    figures.put("failed", refused);
    figures.put("heap_mb", peakHeapBytes() >> 20);
    figures.put("heap_max_mb", Runtime.getRuntime().maxMemory() >> 20);
    return figures;
  }

  /** Not above what was used at once: the pools peak at different times. */
  private static long peakHeapBytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(peak -> peak.getUsed())
        .sum();
  }
}
