package dev.sluice.bench;

import com.rabbitmq.client.GetResponse;
import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.message.Message;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.WorkerOptions;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The broker, the producer and the queues that the scenarios of one run share. */
final class BenchRig implements AutoCloseable {
  static final TaskType<Filler> NOOP = TaskType.of("bench.noop", Filler.class);
  static final int BODY_BYTES = 1024;
  private static final int FILL_CHUNK = 10_000;
  private static final long SETTLE_NANOS = 10_000_000_000L;

  private final String url;
  private final Broker broker;
  private final Producer producer;

  BenchRig(String url) {
    this.url = url;
    broker = RabbitBroker.open(RabbitOptions.of(url).window(EnqueueScenario.WINDOW));
    producer = Producer.open(broker, ProducerOptions.DEFAULTS);
  }

  String url() {
    return url;
  }

  Broker broker() {
    return broker;
  }

  Producer producer() {
    return producer;
  }

  WorkerOptions worker() {
    return WorkerOptions.of(broker);
  }

  /** A message as Sluice puts it on the broker, read back from there by amqp-client. */
  Message template() throws Exception {
    String queue = "bench.template";
    producer.enqueue(NOOP.queue(queue), Filler.ofBytes(BODY_BYTES));
    try (RawClient client = new RawClient(url)) {
      GetResponse one = Objects.requireNonNull(client.peek(queue), queue);
      client.delete(queue);
      Map<String, @Nullable Object> headers = new HashMap<>(one.getProps().getHeaders());
      headers.remove("x-delivery-count");
      return new Message(
          one.getProps().getContentType(),
          one.getProps().getContentEncoding(),
          one.getProps().getPriority() == null ? 0 : one.getProps().getPriority(),
          null,
          null,
          headers,
          one.getBody());
    }
  }

  /** Puts tasks on a queue that is declared for it. */
  void fill(String queue, long tasks) {
    fill(producer, queue, tasks);
  }

  /** The same on a durable classic queue, which is declared as Celery declares it. */
  void fillClassicNoops(String queue, long tasks) {
    try (Producer classic = classic()) {
      fill(classic, queue, tasks);
    }
  }

  private static void fill(Producer producer, String queue, long tasks) {
    EnqueueRequest<Filler> request =
        EnqueueRequest.of(NOOP.queue(queue), Filler.ofBytes(BODY_BYTES));
    for (long left = tasks; left > 0; left -= FILL_CHUNK) {
      producer.enqueueAll(Collections.nCopies((int) Math.min(FILL_CHUNK, left), request));
    }
  }

  /** Puts tasks that leave a row on a queue that is declared for it. */
  void fillWrites(String queue, long tasks) {
    fillWrites(producer, queue, tasks);
  }

  /** The same on a durable classic queue, which is declared as Celery declares it. */
  void fillClassic(String queue, long tasks) {
    try (Producer classic = classic()) {
      fillWrites(classic, queue, tasks);
    }
  }

  /** A producer whose queues are Celery's. */
  private Producer classic() {
    return Producer.open(
        broker,
        ProducerOptions.DEFAULTS.queues(name -> new QueueSpec(name, QueueSpec.Profile.CELERY)));
  }

  private static void fillWrites(Producer producer, String queue, long tasks) {
    fillRows(producer, WriteRow.TYPE.queue(queue), tasks);
  }

  /** Puts tasks of another type that leave a row on its queue. */
  void fillBulk(TaskType<WriteRow> type, long tasks) {
    fillRows(producer, type, tasks);
  }

  private static void fillRows(Producer producer, TaskType<WriteRow> type, long tasks) {
    for (long first = 0; first < tasks; first += FILL_CHUNK) {
      producer.enqueueAll(
          LongStream.range(first, Math.min(first + FILL_CHUNK, tasks))
              .mapToObj(number -> EnqueueRequest.of(type, WriteRow.numbered(number)))
              .toList());
    }
  }

  /** What is on the queue against what was confirmed; the queue is deleted. */
  Round audited(
      String queue, long confirmed, Stopwatch.Elapsed elapsed, @Nullable Histogram latency)
      throws Exception {
    try (RawClient client = new RawClient(url)) {
      long until = System.nanoTime() + SETTLE_NANOS;
      long found = client.depth(queue);
      while (found != confirmed && System.nanoTime() < until) {
        Thread.onSpinWait();
        found = client.depth(queue);
      }
      client.delete(queue);
      return new Round(
          confirmed,
          elapsed,
          latency,
          Math.max(0, confirmed - found),
          Math.max(0, found - confirmed));
    }
  }

  void delete(String queue) throws Exception {
    try (RawClient client = new RawClient(url)) {
      client.delete(queue);
    }
  }

  @Override
  public void close() {
    producer.close();
    broker.close();
  }
}
