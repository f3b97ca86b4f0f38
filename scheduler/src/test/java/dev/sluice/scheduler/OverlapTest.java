package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a firing while one before it has not ended. */
class OverlapTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final JobSpec JOB =
      JobSpec.every("job", Duration.ofSeconds(10), "t", "q").timeout(Duration.ofMinutes(1));

  private final TestDatabase tables = TestDatabase.h2();
  private Instant now = START;
  private final InstantSource clock = () -> now;
  private final Firing firing = new Firing(tables.database().dataSource(), Topology.DEFAULT, clock);
  private final QueuedFirings queued =
      new QueuedFirings(tables.database().dataSource(), firing, () -> {});

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void a_job_that_allows_it_enqueues_a_task_though_the_one_before_still_runs() throws Exception {
    make(OverlapPolicy.ALLOW);
    fireNext();
    fireNext();
    assertThat(tables.states("job")).containsExactly("enqueued", "enqueued");
    assertThat(tables.outboxRows()).isEqualTo(2);
  }

  @Test
  void a_job_that_skips_enqueues_nothing_until_the_one_before_has_ended() throws Exception {
    make(OverlapPolicy.SKIP);
    fireNext();
    fireNext();
    fireNext();
    assertThat(tables.states("job")).containsExactly("enqueued", "skipped", "skipped");
    assertThat(tables.outboxRows()).isEqualTo(1);

    end("completed");
    fireNext();
    assertThat(tables.states("job")).containsExactly("completed", "skipped", "skipped", "enqueued");
    assertThat(tables.firings("job").get(1)).isNull();
  }

  @Test
  void a_job_that_queues_enqueues_one_after_the_other_oldest_first() throws Exception {
    make(OverlapPolicy.QUEUE);
    fireNext();
    fireNext();
    fireNext();
    queued.runOnce();
    assertThat(tables.states("job")).containsExactly("enqueued", "queued", "queued");
    assertThat(tables.outboxRows()).isEqualTo(1);

    end("dead");
    queued.runOnce();
    queued.runOnce();
    assertThat(tables.states("job")).containsExactly("dead", "enqueued", "queued");

    end("completed");
    fireNext();
    queued.runOnce();
    assertThat(tables.states("job")).containsExactly("dead", "completed", "enqueued", "queued");
    assertThat(tables.outboxRows()).isEqualTo(3);
    assertThat(tables.firings("job").subList(0, 3)).doesNotContainNull().doesNotHaveDuplicates();
  }

  @Test
  void a_firing_without_outcome_counts_as_running_until_the_timeout_of_its_job() throws Exception {
    make(OverlapPolicy.SKIP);
    fireNext();
    now = now.plusSeconds(40);
    fireNext();
    assertThat(tables.states("job")).containsExactly("enqueued", "skipped");
    fireNext();
    assertThat(tables.states("job")).containsExactly("enqueued", "skipped", "enqueued");
  }

  @Test
  void queued_firings_wait_while_their_job_is_paused() throws Exception {
    make(OverlapPolicy.QUEUE);
    fireNext();
    fireNext();
    end("completed");
    Schedules schedules = Schedules.of(tables.database(), Topology.DEFAULT, clock);

    schedules.pause("job");
    queued.runOnce();
    assertThat(tables.states("job")).containsExactly("completed", "queued");

    schedules.resume("job");
    queued.runOnce();
    assertThat(tables.states("job")).containsExactly("completed", "enqueued");
  }

  @Test
  void queued_firings_of_a_job_that_is_gone_are_discarded() throws Exception {
    make(OverlapPolicy.QUEUE);
    fireNext();
    fireNext();
    tables.update("DELETE FROM sluice_job");
    queued.runOnce();
    assertThat(tables.states("job")).containsExactly("enqueued", "discarded");
    assertThat(tables.outboxRows()).isEqualTo(1);
  }

  private void make(OverlapPolicy policy) {
    tables.jobs(START, JOB.overlap(policy));
  }

  private void fireNext() throws Exception {
    now = now.plusSeconds(10);
    assertThat(firing.fire("job", JOB.timing().newestDue(now).orElseThrow())).isPresent();
  }

  /** As a worker writes it. */
  private void end(String outcome) {
    tables.update("UPDATE sluice_job_firing SET state = ? WHERE state = 'enqueued'", outcome);
  }
}
