package dev.sluice.worker.dead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.message.Message;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.inbox.InboxKind;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead tasks from the worker to the table and back. */
class RedriveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks").retry(RetryPolicy.never());

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final DeadDatabase database = DeadDatabase.h2();
  private final Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS);
  private final DeadTasks deadTasks = new DeadTasks(database.dataSource(), InstantSource.system());
  private final Worker worker =
      Worker.open(
          WorkerOptions.of(broker)
              .queue("clicks")
              .queue("maintenance")
              .dataSource(database.dataSource()));
  private final AtomicInteger runs = new AtomicInteger();
  private volatile boolean broken = true;

  record Click(long user) {}

  @BeforeEach
  void start() {
    worker
        .handle(CLICK, this::record)
        .handle(RedriveTransient.TYPE, new RedriveTransient(deadTasks))
        .start();
  }

  @AfterEach
  void close() {
    worker.stopNow();
    broker.close();
    database.close();
  }

  @Test
  void a_redriven_task_is_applied_once_its_cause_is_gone() throws Exception {
    String id = producer.enqueue(CLICK, new Click(7)).taskId();
    DeadTask dead = awaitDead(1).get(0);
    assertThat(dead.taskId()).isEqualTo(id);
    assertThat(dead.causeTransient()).isTrue();
    broken = false;
    assertThat(deadTasks.redrive(List.of(dead.id()), 10).done()).isEqualTo(1);
    awaitInbox(id, InboxKind.DONE);
    assertThat(runs).hasValue(2);
  }

  @Test
  void a_redriven_task_that_fails_again_is_dead_a_second_time() throws Exception {
    producer.enqueue(CLICK, new Click(7));
    deadTasks.redrive(List.of(awaitDead(1).get(0).id()), 10);
    assertThat(awaitDead(2))
        .extracting(DeadTask::redrives, DeadTask::state)
        .containsExactly(tuple(1, DeadState.DEAD), tuple(0, DeadState.REDRIVEN));
  }

  @Test
  void a_copy_of_a_discarded_task_never_rises_again() throws Exception {
    String id = producer.enqueue(CLICK, new Click(7)).taskId();
    DeadTask dead = awaitDead(1).get(0);
    deadTasks.discard(List.of(dead.id()));
    broken = false;
    Message copy = RedrivenMessage.of(deadTasks.message(dead.id()).orElseThrow(), 1);
    broker.publish(new Route.ToQueue("clicks"), copy).join();
    String next = producer.enqueue(CLICK, new Click(8)).taskId();
    awaitInbox(next, InboxKind.DONE);
    awaitQuiet();
    assertThat(database.inInbox(id)).isEqualTo(InboxKind.DISCARDED);
    assertThat(database.outbox()).isEmpty();
  }

  @Test
  void a_copy_that_dies_after_the_task_was_applied_is_marked_and_not_sent_back() throws Exception {
    broken = false;
    String id = producer.enqueue(CLICK, new Click(7)).taskId();
    awaitInbox(id, InboxKind.DONE);
    broker
        .publish(new Route.ToQueue(Topology.DEFAULT.deadQueue()), Letters.dead(id, "WORKER_LOST"))
        .join();
    DeadTask dead = awaitDead(1).get(0);
    assertThat(dead.state()).isEqualTo(DeadState.APPLIED);
    assertThat(deadTasks.redrive(List.of(dead.id()), 10).done()).isZero();
  }

  @Test
  void the_retry_job_runs_as_a_task_and_takes_defaults_for_what_is_missing() throws Exception {
    producer.enqueue(CLICK, new Click(7));
    awaitDead(1);
    database.execute("UPDATE sluice_dead_task SET dead_at = DATEADD('MINUTE', -6, dead_at)");
    broken = false;
    String job =
        producer
            .enqueue(
                RedriveTransient.TYPE,
                new RedriveTransient.Payload(0, 0, 0, 0, null, null, null, null))
            .taskId();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(runs).as("job " + job).hasValue(2));
    assertThat(deadTasks.list(DeadFilter.ALL, 10).get(0).autoRedrives()).isEqualTo(1);
  }

  private Outcome record(Click click, TaskContext task, Connection connection) throws IOException {
    runs.incrementAndGet();
    if (broken) {
      throw new IOException("the other side is away");
    }
    return Outcome.completed();
  }

  private List<DeadTask> awaitDead(int entries) {
    return await()
        .atMost(PATIENCE)
        .until(() -> deadTasks.list(DeadFilter.ALL, 10), found -> found.size() == entries);
  }

  private void awaitInbox(String id, InboxKind kind) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(database.inInbox(id)).isEqualTo(kind));
  }

  /** Every message is settled. */
  private void awaitQuiet() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                broker.stats("clicks").orElseThrow().ready() == 0
                    && worker.control().active().isEmpty());
  }
}
