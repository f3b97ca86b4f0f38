package dev.sluice.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Python's Celery on one side of a queue, Sluice on the other. */
class CeleryTasksIT {
  record Note(String text, int count) {}

  private static final TaskType<Note> NOTE =
      TaskType.of("celery.it.note", Note.class).queue("celery");

  /** A 64-bit header is what kills a plain Java client. */
  private static final String SEND =
      """
      import sys
      from celery import Celery
      app = Celery(broker=sys.argv[1])
      for options in ({}, {'countdown': 2}):
          app.send_task('celery.it.note', args=('Grüße',), kwargs={'count': 7},
                        headers={'ts_ms': 1795226835000}, task_id=sys.argv[2], **options)
      """;

  private static final String RUN_ONE =
      """
      import sys
      from celery import Celery
      from celery.worker.request import Request
      from kombu import Connection, Exchange, Queue
      app = Celery('it', broker=sys.argv[1])
      @app.task(name=sys.argv[2], bind=True, ignore_result=True)
      def note(self, text, count):
          print('ran', text, count, self.request.id)
      app.finalize()
      with Connection(sys.argv[1]) as connection:
          message = Queue('celery', Exchange('celery'), 'celery')(connection.channel()).get()
          Request(message, app=app, hostname='it', task=app.tasks[message.headers['task']],
                  on_ack=lambda *_: message.ack()).execute()
      """;

  private record Ran(Note note, String id, @Nullable Object header, Instant at) {}

  private final BlockingQueue<Ran> ran = new LinkedBlockingQueue<>();
  private String url;
  private RabbitBroker broker;

  @BeforeEach
  void connect() {
    url = DevServices.shared().rabbit().url();
    broker = RabbitBroker.open(RabbitOptions.of(url));
  }

  @AfterEach
  void disconnect() {
    broker.close();
  }

  @Test
  void a_task_that_python_sends_runs_here_and_its_countdown_is_kept() throws Exception {
    String id = UUID.randomUUID().toString();
    Instant sent = Instant.now();
    try (Worker worker = Worker.open(WorkerOptions.of(broker).queue("celery"))) {
      worker.handle(NOTE, this::take).start();

      new CeleryClient(url).python(SEND, id);

      Ran atOnce = next();
      assertThat(atOnce.note()).isEqualTo(new Note("Grüße", 7));
      assertThat(atOnce.id()).isEqualTo(id);
      assertThat(atOnce.header()).isEqualTo(1_795_226_835_000L);
      Ran later = next();
      assertThat(later.note()).isEqualTo(atOnce.note());
      assertThat(Duration.between(sent, later.at())).isGreaterThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void a_task_that_sluice_enqueues_runs_in_python() throws Exception {
    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      String id =
          producer
              .enqueue(NOTE, new Note("Grüße", 7), EnqueueOptions.DEFAULTS.priority(3))
              .taskId();

      String output = new CeleryClient(url).python(RUN_ONE, NOTE.name());

      assertThat(output).contains("ran Grüße 7 " + id);
    }
  }

  private Outcome take(Note note, TaskContext task) {
    ran.add(new Ran(note, task.taskId(), task.headers().get("ts_ms"), Instant.now()));
    return Outcome.completed();
  }

  private Ran next() throws InterruptedException {
    Ran next = ran.poll(30, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }
}
