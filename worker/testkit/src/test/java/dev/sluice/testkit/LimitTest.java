package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.GIVEN_BACK;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorOptions;
import dev.sluice.worker.governor.Limits;
import dev.sluice.worker.governor.Rate;
import dev.sluice.worker.governor.TypeLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What limits of one worker do to its tasks. */
class LimitTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final AtomicLong ticks = new AtomicLong();
  private final Governor governor =
      new Governor(GovernorOptions.DEFAULTS.ticks(ticks::get).random(() -> 0));
  private final Semaphore released = new Semaphore(0);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger attempts = new AtomicInteger();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(handlers -> handlers.handle(NOTE, this::take))
          .withOptions(
              options ->
                  options
                      .governor(governor)
                      .queue("notes", QueueOptions.DEFAULTS.concurrency(3).prefetch(50)));

  private Outcome take(Note note, TaskContext task) throws InterruptedException {
    attempts.incrementAndGet();
    if (note.text().equals("long")) {
      running.incrementAndGet();
      try {
        released.acquire();
      } finally {
        running.decrementAndGet();
      }
    }
    return Outcome.completed();
  }

  @AfterEach
  void release() {
    released.release(1000);
  }

  @Test
  void a_task_that_gets_no_permit_of_its_type_in_five_seconds_goes_to_the_ladder_unattempted() {
    worker(Limits.NONE.concurrency(1));
    String one = sluice.enqueue(NOTE, new Note("long"));
    await().until(() -> running.get() == 1);
    String two = sluice.enqueue(NOTE, new Note("short"));
    await().until(() -> waiting() == 1);

    ticks.addAndGet(PATIENCE.minusMillis(1).toNanos());
    await().during(Duration.ofMillis(300)).until(() -> sluice.outcomes(two).isEmpty());
    ticks.addAndGet(Duration.ofMillis(1).toNanos());

    await().until(() -> kinds(sluice, two).equals(List.of(SNOOZED)));
    assertThat(sluice.outcomes(two).get(0).detail()).contains("1 at a time");
    assertThat(sluice.outcomes(two).get(0).attempt()).isEqualTo(1);
    assertThat(attempts).hasValue(1);
    released.release();
    sluice.advance(Duration.ofSeconds(20));
    assertThat(kinds(sluice, one)).containsExactly(COMPLETED);
    assertThat(kinds(sluice, two)).containsExactly(SNOOZED, COMPLETED);
    assertThat(sluice.outcomes(two).get(1).attempt()).isEqualTo(1);
  }

  @Test
  void a_burst_over_a_rate_is_put_off_at_the_pace_of_the_rate() {
    worker(Limits.NONE.rate(Rate.parse("6/m")));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(sluice.enqueue(NOTE, new Note("short")));
    }
    sluice.drain();
    assertThat(attempts).hasValue(1);
    assertThat(ids).filteredOn(id -> kinds(sluice, id).equals(List.of(SNOOZED))).hasSize(9);

    for (int second = 0; second < 140; second++) {
      ticks.addAndGet(Duration.ofSeconds(1).toNanos());
      sluice.advance(Duration.ofSeconds(1));
      assertThat(attempts.get()).isLessThanOrEqualTo(2 + second / 10);
    }

    assertThat(attempts).hasValue(10);
    assertThat(ids).allSatisfy(id -> assertThat(kinds(sluice, id)).endsWith(COMPLETED));
    assertThat(ids.stream().mapToInt(id -> kinds(sluice, id).size()).sum())
        .as("hand-overs: few come back too early")
        .isLessThan(30);
  }

  @Test
  void a_limit_that_is_lifted_lets_those_who_wait_through_at_once() {
    worker(Limits.NONE.concurrency(1));
    sluice.enqueue(NOTE, new Note("long"));
    await().until(() -> running.get() == 1);
    String two = sluice.enqueue(NOTE, new Note("short"));
    await().until(() -> waiting() == 1);

    governor.limits(NOTE.name(), TypeLimits.NONE);

    await().until(() -> kinds(sluice, two).equals(List.of(COMPLETED)));
  }

  @Test
  void a_limit_that_is_lowered_amid_a_burst_interrupts_nobody_and_holds_from_then_on() {
    for (int i = 0; i < 6; i++) {
      sluice.enqueue(NOTE, new Note("long"));
    }
    await().until(() -> running.get() == 3);
    worker(Limits.NONE.concurrency(1));
    assertThat(running).hasValue(3);

    released.release(2);
    await().until(() -> running.get() == 1);
    await().during(Duration.ofMillis(200)).until(() -> running.get() == 1);
  }

  @Test
  void the_slots_of_a_queue_grow_and_shrink_and_interrupt_nobody() {
    for (int i = 0; i < 200; i++) {
      sluice.enqueue(NOTE, new Note("long"));
    }
    await().until(() -> running.get() == 3);
    governor.concurrency("notes", 7);
    await().until(() -> running.get() == 7);
    assertThat(queue().concurrency()).isEqualTo(7);

    governor.concurrency("notes", 2);
    assertThat(running).hasValue(7);
    // Whichever end: those that are too many take nothing more.
    await()
        .until(
            () -> {
              released.release();
              return running.get() <= 2;
            });
    int before = attempts.get();
    for (int i = 0; i < 3; i++) {
      released.release();
      await().during(Duration.ofMillis(50)).until(() -> running.get() <= 2);
    }
    await().until(() -> attempts.get() > before);

    released.release(1000);
    sluice.drain();
    governor.concurrency("notes", 1);
    governor.concurrency("notes", 4);
    String last = sluice.enqueue(NOTE, new Note("short"));
    sluice.drain();
    assertThat(kinds(sluice, last)).containsExactly(COMPLETED);
  }

  @Test
  void a_concurrency_out_of_range_and_a_queue_that_is_not_there_are_refused() {
    for (int wrong : new int[] {-1, 0, 51}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> governor.concurrency("notes", wrong))
          .withMessageContaining("must be 1 to 50");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> governor.concurrency("other", 1))
        .withMessageContaining("not consumed here");
    assertThatIllegalArgumentException().isThrownBy(() -> governor.concurrency(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Limits.NONE.concurrency(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Limits.NONE.concurrency(-2));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rate(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse("-1/s"));
  }

  @Test
  void limits_across_workers_without_a_redis_are_refused_with_the_next_step() {
    TypeLimits everywhere = TypeLimits.NONE.shared(Limits.NONE.concurrency(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> governor.limits(NOTE.name(), everywhere))
        .withMessageContaining("redis.url");
  }

  @Test
  void a_worker_that_stops_gives_back_who_waits_for_a_permit() throws Exception {
    worker(Limits.NONE.concurrency(1));
    String one = sluice.enqueue(NOTE, new Note("long"));
    await().until(() -> running.get() == 1);
    String two = sluice.enqueue(NOTE, new Note("short"));
    await().until(() -> waiting() == 1);

    CompletableFuture<Void> drained =
        CompletableFuture.runAsync(() -> sluice.worker().drain(Duration.ofSeconds(30)));

    await().until(() -> kinds(sluice, two).equals(List.of(GIVEN_BACK)));
    released.release();
    drained.get(20, TimeUnit.SECONDS);
    assertThat(kinds(sluice, one)).containsExactly(COMPLETED);
    assertThat(sluice.broker().stats("notes").orElseThrow().ready()).isEqualTo(1);
  }

  private void worker(Limits limits) {
    governor.limits(NOTE.name(), TypeLimits.NONE.worker(limits));
  }

  private int waiting() {
    return governor.snapshot().types().get(NOTE.name()).waiting();
  }

  private dev.sluice.worker.governor.GovernorSnapshot.Queue queue() {
    return governor.snapshot().queues().get("notes");
  }
}
