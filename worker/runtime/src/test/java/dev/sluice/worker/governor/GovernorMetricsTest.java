package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GovernorMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Governor governor = new Governor();

  private record Queue(String queue, int concurrency) implements GovernedQueue {
    @Override
    public void concurrency(int newConcurrency) {}
  }

  @Test
  void a_queue_s_promise_is_counted_by_queue() {
    governor.add(new Queue("notes", 3));
    governor.add(new Queue("files", 3));
    governor.slo("notes", Duration.ofSeconds(2));
    GovernorMetrics.bind(registry, governor);
    for (int seconds = 1; seconds <= 4; seconds++) {
      governor.slo("notes").started(Duration.ofSeconds(seconds));
    }
    // The worker's clock is behind.
    governor.slo("notes").started(Duration.ofSeconds(-1));

    assertThat(registry.get("sluice.slo.started").tag("queue", "notes").functionCounter().count())
        .isEqualTo(5);
    assertThat(registry.get("sluice.slo.within").tag("queue", "notes").functionCounter().count())
        .isEqualTo(3);
    assertThat(registry.find("sluice.slo.started").tag("queue", "files").functionCounter())
        .isNull();
    assertThat(governor.snapshot().queues().get("notes").slo().attainment()).isEqualTo(0.6);
  }

  @Test
  void what_runs_and_its_limit_are_gauges() throws Exception {
    GovernorMetrics.bind(registry, governor);
    assertThat(registry.get("sluice.governor.concurrency").gauge().value()).isZero();
    governor.concurrency(5);
    Admission held = governor.admit(new Ask("notes.take", "notes", null, null, 1));
    assertThat(registry.get("sluice.governor.concurrency").gauge().value()).isEqualTo(5);
    assertThat(registry.get("sluice.governor.running").gauge().value()).isEqualTo(1);
    assertThat(registry.get("sluice.governor.waiting").gauge().value()).isZero();
    assertThat(registry.get("sluice.limits.away").gauge().value()).isZero();
    held.close();
    assertThat(registry.get("sluice.governor.running").gauge().value()).isZero();
  }

  @Test
  void a_partition_queue_has_the_share_and_the_promise_of_the_queue_that_it_belongs_to()
      throws Exception {
    governor.add(new Queue("notes", 3));
    governor.weight("notes", 4);
    governor.slo("notes", Duration.ofSeconds(2));
    Admission one = governor.admit(new Ask("notes.take", "notes.order.3", null, null, 1));
    Admission two = governor.admit(new Ask("notes.take", "notes", null, null, 1));
    assertThat(governor.slo("notes.order.3")).isSameAs(governor.slo("notes")).isNotNull();
    assertThat(governor.slo("files.order.3")).isNull();
    assertThat(governor.snapshot().queues().get("notes").running()).isEqualTo(2);
    assertThat(governor.snapshot().running()).isEqualTo(2);
    one.close();
    two.close();
  }

  @Test
  void a_snapshot_is_of_one_moment_and_cannot_be_changed() throws Exception {
    governor.limits("notes.take", TypeLimits.NONE.worker(Limits.NONE.concurrency(2)));
    Admission held = governor.admit(new Ask("notes.take", "notes", null, null, 1));
    GovernorSnapshot snapshot = governor.snapshot();
    held.close();

    GovernorSnapshot.Type type = snapshot.types().get("notes.take");
    assertThat(type.running()).isEqualTo(1);
    assertThat(type.started()).isEqualTo(1);
    assertThat(type.limits().worker().concurrency()).isEqualTo(2);
    assertThat(type.runningEverywhere()).isNull();
    assertThat(snapshot.types()).isUnmodifiable();
    assertThat(snapshot.queues()).isUnmodifiable();
    assertThat(snapshot.sharing()).isEqualTo(new GovernorSnapshot.Sharing(false, false, 1));
  }
}
