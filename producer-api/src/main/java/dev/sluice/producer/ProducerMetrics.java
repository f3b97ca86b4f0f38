package dev.sluice.producer;

import dev.sluice.producer.ProducerHealth.Waiting;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times what a producer does, in Micrometer: {@code sluice.enqueue} by task, {@code
 * sluice.enqueue.failures} by task and cause; and what it has not got rid of: {@code
 * sluice.producer.unconfirmed}, {@code .connected}, {@code .blocked}, {@code .queues.full}, {@code
 * sluice.spool.waiting}, {@code .oldest}, {@code .parked}, {@code sluice.outbox.waiting}, {@code
 * .oldest}, {@code .parked}. Needs {@code micrometer-core}, which an application brings along.
 *
 * <pre>{@code
 * ProducerMetrics metrics = new ProducerMetrics(registry);
 * Producer producer = Producer.open(broker, options.listener(metrics));
 * metrics.watch(producer);
 * }</pre>
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class ProducerMetrics implements ProducerListener {
  /** A name that comes from outside must not make a meter each: memory has an end. */
  private static final int MOST_TASK_NAMES = 500;

  private static final String OTHER = "other";

  private final MeterRegistry registry;
  private final InstantSource clock = InstantSource.system();
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  public ProducerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Adds what is known of a producer's health, looked at once a second at most. */
  public void watch(Producer producer) {
    Sampled health = new Sampled(producer);
    gauge(
        "sluice.producer.unconfirmed", "messages without a confirm", health, h -> h.unconfirmed());
    gauge("sluice.producer.connected", "1 when connected", health, h -> h.connected() ? 1 : 0);
    gauge("sluice.producer.blocked", "1 when blocked", health, h -> h.blocked() ? 1 : 0);
    gauge("sluice.producer.queues.full", "queues at a limit", health, h -> h.fullQueues().size());
    ProducerHealth first = producer.health();
    if (first.spool() != null) {
      waiting("sluice.spool", health, ProducerHealth::spool);
    }
    if (first.outbox() != null || producer.relaysOutbox()) {
      waiting("sluice.outbox", health, ProducerHealth::outbox);
    }
  }

  @Override
  public void enqueued(NewTask task, long nanos) {
    timer(task.taskName()).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void failed(NewTask task, EnqueueException cause) {
    Counter.builder("sluice.enqueue.failures")
        .tag("task", known(task.taskName()))
        .tag("cause", cause.getClass().getSimpleName())
        .description("tasks that were not accepted, or whose outcome is unknown")
        .register(registry)
        .increment();
  }

  private Timer timer(String task) {
    Timer timer = timers.get(task);
    return timer != null
        ? timer
        : timers.computeIfAbsent(
            known(task),
            name ->
                Timer.builder("sluice.enqueue")
                    .tag("task", name)
                    .description("time until a task was stored")
                    .register(registry));
  }

  private String known(String task) {
    if (names.contains(task)) {
      return task;
    }
    if (names.size() >= MOST_TASK_NAMES) {
      return OTHER;
    }
    names.add(task);
    return task;
  }

  private void waiting(String name, Sampled health, WaitingOf what) {
    gauge(name + ".waiting", "messages to be published", health, h -> messages(what.of(h)));
    gauge(name + ".oldest", "age of the oldest, seconds", health, h -> age(what.of(h)));
    gauge(name + ".parked", "messages set aside", health, h -> parked(what.of(h)));
  }

  private void gauge(
      String name, String description, Sampled health, ToDoubleFunction<ProducerHealth> value) {
    Gauge.builder(name, health, sampled -> value.applyAsDouble(sampled.now()))
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private double age(@Nullable Waiting waiting) {
    if (waiting == null) {
      return Double.NaN;
    }
    Instant oldest = waiting.oldest();
    return oldest == null
        ? 0
        : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1000.0);
  }

  private static double messages(@Nullable Waiting waiting) {
    return waiting == null ? Double.NaN : waiting.messages();
  }

  private static double parked(@Nullable Waiting waiting) {
    return waiting == null ? Double.NaN : waiting.parked();
  }

  @FunctionalInterface
  private interface WaitingOf {
    @Nullable Waiting of(ProducerHealth health);
  }

  /** One look for all gauges of a scrape. */
  private static final class Sampled {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Producer producer;
    private ProducerHealth last;
    private long at;

    Sampled(Producer producer) {
      this.producer = producer;
      last = producer.health();
      at = System.nanoTime();
    }

    synchronized ProducerHealth now() {
      if (System.nanoTime() - at > FRESH_NANOS) {
        last = producer.health();
        at = System.nanoTime();
      }
      return last;
    }
  }
}
