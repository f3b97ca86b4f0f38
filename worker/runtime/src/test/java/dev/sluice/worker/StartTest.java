package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.task.TaskType;
import dev.sluice.task.TimeLimits;
import dev.sluice.topology.QueueSpec;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a worker refuses to start with, and what it starts with when it is told nothing. */
class StartTest {
  private record Note(String text) {}

  private static final TaskType<Note> NOTE = TaskType.of("notes.take", Note.class);

  private final WorkerOptions options = WorkerOptions.of(new ScriptedBroker());

  @Test
  void the_defaults_are_what_the_documentation_says() {
    assertThat(options.dataSource()).isEmpty();
    assertThat(options.node()).matches("sluice@.+-" + ProcessHandle.current().pid() + "(-\\d+)?");
    assertThat(options.queues()).isEmpty();
    assertThat(options.limits()).isEqualTo(new TimeLimits(null, Duration.ofMinutes(15)));
    assertThat(options.consumerTimeout()).isEqualTo(Duration.ofMinutes(30));
    assertThat(options.shutdownDeadline()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.unknownTaskPatience()).isEqualTo(Duration.ofMinutes(10));
    assertThat(options.maxBodyBytes()).isEqualTo(1 << 20);
    assertThat(options.virtualThreads()).isFalse();
    assertThat(options.controlBus()).isTrue();
    assertThat(QueueOptions.DEFAULTS).isEqualTo(new QueueOptions(10, 0, 1, null, null, false));
    assertThat(options.spec("celery").profile()).isEqualTo(QueueSpec.Profile.CELERY);
  }

  @Test
  void two_workers_of_one_process_have_two_names() {
    assertThat(WorkerOptions.of(options.broker()).node()).isNotEqualTo(options.node());
  }

  @Test
  void no_queue() {
    assertThatIllegalArgumentException()
        .isThrownBy(Worker.open(options)::start)
        .withMessageContaining("add a queue");
  }

  @Test
  void a_time_limit_above_the_brokers_consumer_timeout() {
    Worker worker = Worker.open(options.queue("notes"));
    worker.handle(
        NOTE.timeLimits(new TimeLimits(null, Duration.ofMinutes(31))),
        (note, task) -> Outcome.completed());

    assertThatIllegalArgumentException()
        .isThrownBy(worker::start)
        .withMessageContaining("notes.take")
        .withMessageContaining("consumer_timeout in rabbitmq.conf");
  }

  @Test
  void a_default_time_limit_above_the_brokers_consumer_timeout() {
    TimeLimits limits = new TimeLimits(null, Duration.ofHours(1));

    assertThatIllegalArgumentException()
        .isThrownBy(Worker.open(options.queue("notes").limits(limits))::start)
        .withMessageContaining("lower the limit");
  }

  @Test
  void a_prefetch_whose_bodies_would_fill_the_heap() {
    QueueOptions greedy = QueueOptions.DEFAULTS.prefetch(65_535);

    assertThatIllegalArgumentException()
        .isThrownBy(Worker.open(options.queue("notes", greedy))::start)
        .withMessageContaining("quarter of the heap");
  }

  @Test
  void a_second_handler_for_a_name_former_ones_included() {
    Worker worker = Worker.open(options);
    worker.handle(NOTE, (note, task) -> Outcome.completed());

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                worker.handle(
                    TaskType.of("notes.new", Note.class).formerly("notes.take"),
                    (note, task) -> Outcome.completed()))
        .withMessageContaining("'notes.take' has a handler already");
  }

  @Test
  void a_transactional_handler_without_a_database() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Worker.open(options).handle(NOTE, (note, task, connection) -> Outcome.completed()))
        .withMessageContaining("data source");
  }

  @Test
  void an_ordered_queue_without_a_database() {
    assertThatIllegalArgumentException()
        .isThrownBy(Worker.open(options.queue("notes", QueueOptions.DEFAULTS.ordered(true)))::start)
        .withMessageContaining("queue 'notes' is ordered")
        .withMessageContaining("give the worker a dataSource");
  }

  @Test
  void a_partition_as_if_it_were_a_queue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.queue("notes.order.3"))
        .withMessageContaining("is a partition of 'notes'");
  }

  @Test
  void the_partitions_of_an_ordered_queue_count_as_much_as_the_queue() {
    int mebibyte = 1 << 20;
    QueueOptions ordered = QueueOptions.DEFAULTS.ordered(true);

    assertThat(
            PrefetchPlan.of(Map.of("a", ordered), mebibyte, 128L * mebibyte).prefetch(ordered, 0))
        .isEqualTo(16);
  }

  @Test
  void a_second_start() {
    Worker worker = Worker.open(options);
    worker.close();

    assertThatThrownBy(worker::start).hasMessageContaining("cannot be started any more");
  }

  @Test
  void the_computed_prefetch_keeps_bodies_within_a_quarter_of_the_heap() {
    int mebibyte = 1 << 20;
    QueueOptions computed = QueueOptions.DEFAULTS;
    Map<String, QueueOptions> two = Map.of("a", computed, "b", computed);

    assertThat(PrefetchPlan.of(two, mebibyte, 128L * mebibyte).prefetch(computed, 0)).isEqualTo(16);
    assertThat(PrefetchPlan.of(two, mebibyte, 16L << 30).prefetch(computed, 0)).isEqualTo(200);
    assertThat(PrefetchPlan.of(two, mebibyte, mebibyte).prefetch(computed, 0)).isEqualTo(1);
    assertThat(PrefetchPlan.of(two, mebibyte, 128L * mebibyte).prefetch(computed, 500))
        .isEqualTo(16);
    assertThat(PrefetchPlan.of(two, mebibyte, 16L << 30).prefetch(computed, 500)).isEqualTo(1500);
  }

  @Test
  void virtual_threads_on_a_jvm_that_has_none_are_refused_with_the_fix() throws Exception {
    if (Runtime.version().feature() >= 21) {
      Thread thread = HandlerThreads.of("notes", true).newThread(() -> {});
      assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HandlerThreads.of("notes", true))
          .withMessageContaining("Java 21");
    }
  }
}
