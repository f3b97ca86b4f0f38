package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deliveries that are prefetched and given back, again and again, on RabbitMQ. */
class GivenBackIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CYCLES = 30;
  private static final int TASKS = 100;

  record Entry(int number) {}

  private final Topology topology = new Topology("g" + UUID.randomUUID());
  private final TaskType<Entry> type = TaskType.of("given.back", Entry.class).queue("given");
  private final List<Integer> ran = new CopyOnWriteArrayList<>();
  private final List<String> dead = new CopyOnWriteArrayList<>();
  private final CountDownLatch open = new CountDownLatch(1);
  private RabbitBroker broker;

  @BeforeEach
  void open() {
    broker =
        RabbitBroker.open(RabbitOptions.of(DevServices.shared().rabbit().url()).topology(topology));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
  }

  @AfterEach
  void close() {
    open.countDown();
    broker.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"QUORUM", "CLASSIC"})
  void none_is_dead_after_30_pauses_with_full_prefetch(Profile profile) {
    enqueue(profile);
    WorkerOptions options = options(profile);
    HandlerTable handlers = new HandlerTable(Set.of());
    handlers.add(new Registration.Plain<>(type, this::run));
    Wiring wiring = new Wiring(options, handlers);
    AttemptRunner runner = new AttemptRunner(wiring);
    QueueSpec spec = new QueueSpec(topology.queue("given"), profile);
    QueueConsumer consumer =
        new QueueConsumer(
            spec,
            Partitions.none(spec),
            1,
            TASKS + 10,
            runner,
            new BatchRunner(wiring, runner),
            InstantSource.system(),
            Executors.defaultThreadFactory());
    consumer.start(broker);
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      await().atMost(PATIENCE).until(() -> consumer.held() == TASKS);
      consumer.pause("cycle " + cycle);
      // One is being run, and is settled through the channel that it came on.
      assertThat(consumer.held()).isEqualTo(1);
      assertThat(consumer.consuming()).isFalse();
      consumer.resume(TASKS + 10);
    }
    await().atMost(PATIENCE).until(() -> consumer.held() == TASKS);
    consumer.resume(10);
    await().atMost(PATIENCE).until(() -> consumer.held() == 1 + 10);
    consumer.resume(20);
    await().atMost(PATIENCE).until(() -> consumer.held() == 1 + 10 + 20);
    open.countDown();
    await().atMost(PATIENCE).until(() -> ran.size() >= TASKS && consumer.held() == 0);
    consumer.stopTaking();
    consumer.close();

    assertEachRanOnce();
  }

  @ParameterizedTest
  @EnumSource(names = {"QUORUM", "CLASSIC"})
  void none_is_dead_after_30_rolling_restarts_with_full_prefetch(Profile profile) {
    enqueue(profile);
    for (int restart = 0; restart < CYCLES; restart++) {
      try (Worker worker = Worker.open(options(profile)).handle(type, this::wait).start()) {
        await().atMost(PATIENCE).until(() -> waiting(worker) == TASKS - 1);
        worker.stopNow();
      }
    }
    open.countDown();
    try (Worker worker = Worker.open(options(profile)).handle(type, this::run).start()) {
      await().atMost(PATIENCE).until(() -> ran.size() >= TASKS);
      assertThat(worker.health().consuming()).isTrue();
    }
    assertEachRanOnce();
  }

  private void assertEachRanOnce() {
    assertThat(dead).isEmpty();
    assertThat(ran).hasSize(TASKS).doesNotHaveDuplicates();
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(BrokerException.class)
        .until(() -> broker.stats(topology.queue("given")).orElseThrow().ready() == 0);
  }

  private int waiting(Worker worker) {
    return worker.control().stats().queues().get(topology.queue("given")).waiting();
  }

  private Outcome run(Entry entry, TaskContext task) throws InterruptedException {
    open.await();
    ran.add(entry.number());
    return Outcome.completed();
  }

  /** Until it is interrupted. */
  private Outcome wait(Entry entry, TaskContext task) throws InterruptedException {
    open.await();
    throw new IllegalStateException("nobody lets it go on");
  }

  private void enqueue(Profile profile) {
    List<EnqueueRequest<Entry>> all = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      all.add(EnqueueRequest.of(type, new Entry(i)));
    }
    ProducerOptions options = ProducerOptions.DEFAULTS.queues(name -> new QueueSpec(name, profile));
    try (Producer producer = Producer.open(broker, options)) {
      producer.enqueueAll(all);
    }
  }

  private WorkerOptions options(Profile profile) {
    return WorkerOptions.of(broker)
        .controlBus(false)
        .queue("given", QueueOptions.DEFAULTS.concurrency(1).prefetch(TASKS + 10).profile(profile))
        .listener(
            new WorkerListener() {
              @Override
              public void dead(Dead event) {
                dead.add(event.detail());
              }
            });
  }
}
