package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorOptions;
import dev.sluice.worker.governor.GovernorSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two queues share the slots of one worker. Every attempt takes a second of the governor's time.
 */
class FairShareTest {
  private static final TaskType<Work> BULK = TaskType.of("bulk", Work.class).queue("bulk");
  private static final TaskType<Work> CLICK = TaskType.of("click", Work.class).queue("clicks");
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong ticks = new AtomicLong();
  private final Governor governor =
      new Governor(GovernorOptions.DEFAULTS.concurrency(1).ticks(ticks::get));
  private final Semaphore steps = new Semaphore(0);
  private final List<String> started = new CopyOnWriteArrayList<>();

  record Work(int number) {}

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers
                      .handle(BULK, (work, task) -> run("bulk"))
                      .handle(CLICK, (work, task) -> run("click")))
          .withOptions(
              options ->
                  options
                      .governor(governor)
                      .queue("bulk", QueueOptions.DEFAULTS.concurrency(4))
                      .queue("clicks", QueueOptions.DEFAULTS.concurrency(4).weight(3)));

  private Outcome run(String name) throws InterruptedException {
    started.add(name);
    steps.acquire();
    ticks.addAndGet(SECOND);
    return Outcome.completed();
  }

  @AfterEach
  void release() {
    steps.release(100_000);
  }

  @Test
  void a_click_is_next_however_many_bulk_tasks_wait() {
    flood(BULK, 200);
    await().until(() -> started.size() == 1);
    step(20);
    for (int click = 0; click < 5; click++) {
      flood(CLICK, 1);
      await().until(() -> queue("clicks").waiting() == 1);
      int before = started.size();
      step(1);
      assertThat(started.get(before)).as("after the one that ran").isEqualTo("click");
      step(5);
    }
  }

  @Test
  void flooded_queues_share_the_slots_three_to_one_as_their_weights_are() {
    flood(BULK, 200);
    flood(CLICK, 200);
    await().until(() -> queue("clicks").waiting() >= 3 && queue("bulk").waiting() >= 3);
    step(120);
    long clicks = started.stream().filter("click"::equals).count();
    assertThat((double) clicks / started.size()).isBetween(0.7, 0.8);
  }

  @Test
  void a_queue_alone_has_every_slot_and_more_when_the_limit_is_lifted() {
    flood(BULK, 100);
    await().until(() -> started.size() == 1);
    governor.concurrency(3);
    await().until(() -> started.size() == 3);
    governor.concurrency(null);
    await().until(() -> started.size() == 4);
    assertThat(governor.snapshot().running()).isEqualTo(4);
  }

  private void flood(TaskType<Work> type, int tasks) {
    for (int i = 0; i < tasks; i++) {
      sluice.enqueue(type, new Work(i));
    }
  }

  /** Ends attempts one by one, each once the next of every queue waits. */
  private void step(int attempts) {
    for (int i = 0; i < attempts; i++) {
      int before = started.size();
      await().until(() -> queue("bulk").waiting() >= 3);
      steps.release();
      await().until(() -> started.size() == before + 1);
    }
  }

  private GovernorSnapshot.Queue queue(String name) {
    return governor.snapshot().queues().get(name);
  }
}
