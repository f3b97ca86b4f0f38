package dev.sluice.cli.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that enqueues 5,000 tasks a second through a spool until it is killed, and writes down
 * the id of each once its enqueue has returned.
 */
final class SpoolingProducer {
  static final int RATE = 5_000;

  record Click(long number) {}

  private SpoolingProducer() {}

  static TaskType<Click> type(String queue) {
    return TaskType.of("spool.click", Click.class).queue(queue);
  }

  /**
   * @param args URL of the broker, folder of the spool, file of ids, queue, whether to relay
   */
  public static void main(String[] args) throws IOException {
    SpoolOptions spool =
        SpoolOptions.of(Path.of(args[1]))
            .limits(256 << 20, 1 << 20)
            .relay(Boolean.parseBoolean(args[4]));
    TaskType<Click> type = type(args[3]);
    RabbitBroker broker = RabbitBroker.open(RabbitOptions.of(args[0]));
    Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS.spool(spool));
    // Not buffered: what was written is there after kill -9.
    try (FileOutputStream ids = new FileOutputStream(args[2], true)) {
      long start = System.nanoTime();
      for (long number = 0; ; number++) {
        long due = start + number * 1_000_000_000L / RATE;
        for (long early; (early = due - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(early);
        }
        String id = producer.enqueue(type, new Click(number)).taskId();
        ids.write((id + "\n").getBytes(US_ASCII));
      }
    }
  }
}
