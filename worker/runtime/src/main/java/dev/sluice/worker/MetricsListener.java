package dev.sluice.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and times what a worker does, in Micrometer: {@code sluice.tasks} by task and outcome,
 * {@code sluice.task.runtime}, {@code sluice.task.latency} (from a task's eta to the start of its
 * first attempt), {@code sluice.tasks.running}, {@code sluice.deliveries.redelivered}.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class MetricsListener implements WorkerListener {
  /** A name that comes from outside must not make a meter each: memory has an end. */
  private static final int MOST_TASK_NAMES = 500;

  private static final String OTHER = "other";

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final AtomicInteger running = new AtomicInteger();
  private final Counter redelivered;
  private final Map<String, Meters> byTask = new ConcurrentHashMap<>();

  /** The meters of one task type, looked up once. */
  private record Meters(Timer runtime, Timer latency, Map<String, Counter> outcomes) {}

  public MetricsListener(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    registry.gauge("sluice.tasks.running", running);
    redelivered = registry.counter("sluice.deliveries.redelivered");
  }

  @Override
  public void received(Task task) {
    if (task.redelivered()) {
      redelivered.increment();
    }
  }

  @Override
  public void started(Task task) {
    running.incrementAndGet();
    Instant due = task.due();
    if (task.attempt() == 1 && due != null) {
      Duration latency = Duration.between(due, clock.instant());
      // Clocks differ: a task cannot start before it was due.
      meters(task).latency().record(latency.isNegative() ? Duration.ZERO : latency);
    }
  }

  @Override
  public void ended(Task task, Duration runtime) {
    running.decrementAndGet();
    meters(task).runtime().record(runtime);
  }

  @Override
  public void completed(Completed event) {
    count(event.task(), "completed");
  }

  @Override
  public void retried(Retried event) {
    count(event.task(), "retried");
  }

  @Override
  public void snoozed(Snoozed event) {
    count(event.task(), "snoozed");
  }

  @Override
  public void dead(Dead event) {
    if (event.task() != null) {
      count(event.task(), "dead");
    } else {
      count(OTHER, "dead");
    }
  }

  @Override
  public void expired(Task task) {
    count(task, "expired");
  }

  @Override
  public void discarded(Task task, String reason) {
    count(task, "discarded");
  }

  @Override
  public void revoked(Task task) {
    count(task, "revoked");
  }

  @Override
  public void duplicate(Task task) {
    count(task, "duplicate");
  }

  @Override
  public void givenBack(GivenBack event) {
    count(event.task() == null ? OTHER : event.task().name(), "given_back");
  }

  @Override
  public void heldBack(Task task) {
    count(task, "held_back");
  }

  private void count(Task task, String outcome) {
    count(task.name(), outcome);
  }

  private void count(String name, String outcome) {
    Meters meters = meters(name);
    Counter counter = meters.outcomes().get(outcome);
    if (counter == null) {
      counter =
          meters
              .outcomes()
              .computeIfAbsent(
                  outcome, o -> registry.counter("sluice.tasks", "task", tag(name), "outcome", o));
    }
    counter.increment();
  }

  private Meters meters(Task task) {
    return meters(task.name());
  }

  private Meters meters(String name) {
    Meters meters = byTask.get(tag(name));
    return meters != null ? meters : byTask.computeIfAbsent(tag(name), this::newMeters);
  }

  private Meters newMeters(String tag) {
    return new Meters(
        timer("sluice.task.runtime", tag),
        timer("sluice.task.latency", tag),
        new ConcurrentHashMap<>());
  }

  private Timer timer(String name, String tag) {
    return Timer.builder(name)
        .tag("task", tag)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofMinutes(15))
        .register(registry);
  }

  private String tag(String name) {
    return byTask.size() < MOST_TASK_NAMES || byTask.containsKey(name) ? name : OTHER;
  }
}
