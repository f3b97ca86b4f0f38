package dev.sluice.worker.governor;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * Shows a governor in Micrometer: {@code sluice.slo.started} and {@code sluice.slo.within} by
 * queue, whose rates give the share of tasks that started in time; {@code sluice.governor.running},
 * {@code sluice.governor.waiting} (for limits of types and keys, and for a queue's share), {@code
 * sluice.governor.concurrency} (0 for no limit), {@code sluice.limits.away} (1 while limits across
 * workers cannot be asked for). For each database {@code sluice.database.ceiling} (rows a second; 0
 * for none), {@code sluice.database.rows} (written within the last second), {@code
 * sluice.database.outstanding}, {@code sluice.database.running}, {@code
 * sluice.database.concurrency}, {@code sluice.database.breaker} (0 closed, 1 ramping, 2 open).
 */
public final class GovernorMetrics {

  private GovernorMetrics() {}

  /** Registers the meters; queues are those that the governor's worker consumes now. */
  public static void bind(MeterRegistry registry, Governor governor) {
    governor.snapshot().queues().forEach((name, queue) -> bindSlo(registry, governor, name));
    governor.snapshot().databases().keySet().stream()
        .map(governor::database)
        .forEach(database -> bindDatabase(registry, database));
    gauge(registry, governor, "sluice.governor.running", GovernorSnapshot::running);
    gauge(registry, governor, "sluice.governor.waiting", GovernorMetrics::waiting);
    gauge(
        registry,
        governor,
        "sluice.governor.concurrency",
        snapshot -> snapshot.concurrency() == null ? 0 : snapshot.concurrency());
    gauge(registry, governor, "sluice.limits.away", snapshot -> snapshot.sharing().away() ? 1 : 0);
  }

  private static void bindSlo(MeterRegistry registry, Governor governor, String queue) {
    Slo slo = governor.slo(queue);
    if (slo != null) {
      FunctionCounter.builder("sluice.slo.started", slo, one -> one.snapshot().started())
          .tag("queue", queue)
          .register(registry);
      FunctionCounter.builder("sluice.slo.within", slo, one -> one.snapshot().within())
          .tag("queue", queue)
          .register(registry);
    }
  }

  private static void bindDatabase(MeterRegistry registry, DatabaseGovernor database) {
    gauge(registry, database, "ceiling", DatabaseSnapshot::ceiling);
    gauge(registry, database, "rows", DatabaseSnapshot::rows);
    gauge(registry, database, "outstanding", DatabaseSnapshot::outstanding);
    gauge(registry, database, "running", DatabaseSnapshot::running);
    gauge(registry, database, "concurrency", DatabaseSnapshot::concurrency);
    gauge(registry, database, "breaker", snapshot -> breaker(snapshot.breaker()));
  }

  private static double breaker(BreakerState state) {
    return switch (state) {
      case CLOSED -> 0;
      case RAMPING -> 1;
      case OPEN -> 2;
    };
  }

  private static void gauge(
      MeterRegistry registry,
      DatabaseGovernor database,
      String name,
      ToDoubleFunction<DatabaseSnapshot> value) {
    Gauge.builder("sluice.database." + name, database, one -> value.applyAsDouble(one.snapshot()))
        .tag("database", database.name())
        .register(registry);
  }

  private static double waiting(GovernorSnapshot snapshot) {
    int queues =
        snapshot.queues().values().stream().mapToInt(GovernorSnapshot.Queue::waiting).sum();
    return queues
        + snapshot.types().values().stream().mapToInt(GovernorSnapshot.Type::waiting).sum();
  }

  private static void gauge(
      MeterRegistry registry,
      Governor governor,
      String name,
      ToDoubleFunction<GovernorSnapshot> value) {
    Gauge.builder(name, governor, one -> value.applyAsDouble(one.snapshot())).register(registry);
  }
}
