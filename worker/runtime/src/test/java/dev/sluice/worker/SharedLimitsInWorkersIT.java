package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.redis.RedisScripts;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorOptions;
import dev.sluice.worker.governor.Limits;
import dev.sluice.worker.governor.Rate;
import dev.sluice.worker.governor.TypeLimits;
import java.net.URI;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three workers whose tasks are held to common limits, and their Redis comes and goes. */
class SharedLimitsInWorkersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final DevServices SERVICES =
      DevServices.start(ServiceOptions.of(ServiceKind.REDIS));

  record Mail(int number) {}

  private static final TaskType<Mail> MAIL = TaskType.of("mails.send", Mail.class).queue("mails");

  private static final TaskType<Mail> BULK = TaskType.of("mails.bulk", Mail.class).queue("mails");

  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final AtomicInteger mostOfOneKey = new AtomicInteger();
  private final AtomicInteger ofOneKey = new AtomicInteger();
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS);
  private final List<Worker> workers = new ArrayList<>();
  private final List<Governor> governors = new ArrayList<>();
  private final List<RedisScripts> connections = new ArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final Map<Integer, AtomicInteger> attempts = new ConcurrentHashMap<>();
  private final Set<Integer> ranks = ConcurrentHashMap.newKeySet();

  @AfterAll
  static void stop() {
    SERVICES.close();
  }

  @BeforeEach
  void openWorkers() {
    database.migrate();
    for (int i = 0; i < 3; i++) {
      RedisScripts redis = RedisScripts.open(URI.create(SERVICES.redis().url()));
      Governor governor = new Governor(GovernorOptions.DEFAULTS.redis(redis).workers(3));
      int number = i;
      workers.add(
          Worker.open(
                  WorkerOptions.of(broker)
                      .node("sluice@" + i)
                      .governor(governor)
                      .controlBus(false)
                      .listeners(List.of())
                      .dataSource(database.dataSource())
                      .queue("mails", QueueOptions.DEFAULTS.concurrency(6).prefetch(12)))
              .handle(MAIL, (mail, task) -> send(mail, number))
              .handleBatch(BULK, new BatchOptions(50, Duration.ofMillis(20)), this::sendAll));
      governors.add(governor);
      connections.add(redis);
    }
  }

  @AfterEach
  void close() {
    workers.forEach(Worker::stopNow);
    connections.forEach(RedisScripts::close);
    broker.close();
    database.close();
    if (!SERVICES.redis().isRunning()) {
      SERVICES.redis().restart();
    }
  }

  private Outcome send(Mail mail, int worker) throws InterruptedException {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    ranks.add(worker);
    attempts.computeIfAbsent(mail.number(), n -> new AtomicInteger()).incrementAndGet();
    new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
    running.decrementAndGet();
    return Outcome.completed();
  }

  private BatchOutcome sendAll(List<BatchItem<Mail>> batch, Connection connection)
      throws InterruptedException {
    int same = (int) batch.stream().filter(item -> item.payload().number() < 8).count();
    mostOfOneKey.accumulateAndGet(ofOneKey.addAndGet(same), Math::max);
    batch.forEach(
        item ->
            attempts
                .computeIfAbsent(item.payload().number(), n -> new AtomicInteger())
                .incrementAndGet());
    new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    ofOneKey.addAndGet(-same);
    return BatchOutcome.completed();
  }

  @Test
  void no_more_run_at_a_time_than_the_limit_and_every_task_is_done_once() {
    limit(TypeLimits.NONE.shared(Limits.NONE.concurrency(4)));
    enqueue(0, 200, EnqueueOptions.DEFAULTS);
    awaitDone(200);
    assertThat(most).hasValue(4);
    assertThat(ranks).hasSize(3);
    assertThat(attempts.values()).allSatisfy(count -> assertThat(count).hasValue(1));
  }

  @Test
  void the_tasks_of_one_key_run_one_at_a_time_and_hold_back_no_others() {
    limit(TypeLimits.NONE.perKey(Limits.NONE.concurrency(1)));
    enqueue(0, 30, EnqueueOptions.DEFAULTS.limitKey("customer-1"));
    awaitDone(30);
    assertThat(most).hasValue(1);

    most.set(0);
    for (int i = 30; i < 90; i++) {
      enqueue(i, i + 1, EnqueueOptions.DEFAULTS.limitKey("customer-" + i % 5));
    }
    awaitDone(90);
    assertThat(most.get()).isBetween(2, 5);
  }

  @Test
  void the_limit_of_a_key_holds_for_the_tasks_of_batches_and_no_other_key_waits() {
    limit(TypeLimits.NONE);
    TypeLimits perKey = TypeLimits.NONE.perKey(Limits.NONE.concurrency(2));
    governors.forEach(governor -> governor.limits(BULK.name(), perKey));
    for (int i = 0; i < 28; i++) {
      String key = i < 8 ? "customer-1" : "customer-" + i;
      producer.enqueue(BULK, new Mail(i), EnqueueOptions.DEFAULTS.limitKey(key));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(attempts.keySet()).containsAll(IntStream.range(8, 28).boxed().toList()));
    assertThat(attempts).as("the others went to the ladder").hasSizeLessThan(28);
    awaitDone(28);
    assertThat(mostOfOneKey.get()).isBetween(1, 2);
    assertThat(attempts.values()).allSatisfy(count -> assertThat(count).hasValue(1));
  }

  @Test
  void redis_that_is_killed_under_load_stops_nobody_and_lets_nobody_run_free() {
    limit(TypeLimits.NONE.shared(new Limits(6, Rate.parse("300/s"))));
    enqueue(0, 100, EnqueueOptions.DEFAULTS);
    await().atMost(PATIENCE).until(() -> attempts.size() > 20);

    SERVICES.redis().kill();
    enqueue(100, 400, EnqueueOptions.DEFAULTS);
    awaitDone(400);
    assertThat(governors).anySatisfy(g -> assertThat(g.snapshot().sharing().away()).isTrue());
    assertThat(most.get()).isLessThanOrEqualTo(6);

    SERVICES.redis().restart();
    await()
        .atMost(PATIENCE)
        .until(() -> governors.stream().noneMatch(g -> g.snapshot().sharing().away()));
    enqueue(400, 500, EnqueueOptions.DEFAULTS);
    awaitDone(500);
    assertThat(most.get()).isLessThanOrEqualTo(6);
    assertThat(attempts.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        governors.get(0).snapshot().types().get("mails.send").runningEverywhere())
                    .isZero());
  }

  private void limit(TypeLimits limits) {
    governors.forEach(governor -> governor.limits("mails.send", limits));
    workers.forEach(Worker::start);
  }

  private void enqueue(int from, int to, EnqueueOptions options) {
    for (int i = from; i < to; i++) {
      producer.enqueue(MAIL, new Mail(i), options);
    }
  }

  private void awaitDone(int tasks) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(attempts).hasSize(tasks);
              assertThat(running).hasValue(0);
            });
  }
}
