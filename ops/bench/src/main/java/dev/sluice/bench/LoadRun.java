package dev.sluice.bench;

import dev.sluice.bench.load.LoadProfile;
import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.QueueStats;
import dev.sluice.producer.EnqueueException;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Enqueues one task at a rate and tells each second what became of it.
 *
 * <p>Threading: {@link #go} enqueues on the caller's thread and tells on one of its own; answers
 * are counted by the producer's threads.
 */
final class LoadRun {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NANOS = 1_000_000;
  private static final double MICRO = 1e3;

  private final Producer producer;
  private final Broker broker;
  private final LoadTask task;
  private final Consumer<Second> teller;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final Map<String, LongAdder> reasons = new ConcurrentSkipListMap<>();
  private final Histogram fromDue = new ConcurrentHistogram(3);
  private volatile int made;
  private volatile boolean over;
  private long start;
  private long end;
  private long waitingAtStart;
  private long waitingMost;
  private long waitingAtEnd;

  LoadRun(Producer producer, Broker broker, LoadTask task, Consumer<Second> teller) {
    this.producer = producer;
    this.broker = broker;
    this.task = task;
    this.teller = teller;
  }

  /**
   * What had become of it at the end of a second.
   *
   * @param seconds since the start
   * @param enqueued tasks that were enqueued in all
   * @param waiting messages in the queue; null while the broker does not say
   * @param consumers of the queue; null while the broker does not say
   */
  record Second(
      long seconds,
      int enqueued,
      long accepted,
      long refused,
      double p99_us,
      @Nullable Long waiting,
      @Nullable Integer consumers) {
    String line() {
      return "%4d s  %,9d enqueued, %,9d accepted, %,6d refused; p99 from when due %,10.0f µs; %s"
          .formatted(
              seconds,
              enqueued,
              accepted,
              refused,
              p99_us,
              waiting == null
                  ? "the broker does not say what waits"
                  : "%,9d waiting, %d consumers".formatted(waiting, consumers));
    }
  }

  /**
   * What became of it in all. Times are from when a task was due to its confirm.
   *
   * @param refused tasks that were not accepted, or of which that is not known
   * @param reasons how many for which reason
   */
  record Summary(
      String task,
      String queue,
      double rate,
      int ramp_s,
      double seconds,
      int enqueued,
      long accepted,
      long refused,
      Map<String, Long> reasons,
      double p50_us,
      double p99_us,
      double p999_us,
      double max_us,
      long waiting_start,
      long waiting_max,
      long waiting_end) {
    String sentence() {
      return "%,d accepted, %,d not%s in %.1f s; from when due to the confirm p50 %,.0f, p99 %,.0f, p99.9 %,.0f µs; queue %s: %,d waiting before, at most %,d, %,d after"
          .formatted(
              accepted,
              refused,
              reasons.isEmpty() ? "" : " " + reasons,
              seconds,
              p50_us,
              p99_us,
              p999_us,
              queue,
              waiting_start,
              waiting_max,
              waiting_end);
    }
  }

  /** Enqueues until the profile is over, or {@code goOn} says no; waits for every answer. */
  void go(LoadProfile profile, BooleanSupplier goOn) throws Exception {
    QueueStats first = waiting();
    waitingAtStart = first == null ? 0 : first.ready();
    start = System.nanoTime();
    Thread telling = new Thread(this::tell, "load-teller");
    telling.setDaemon(true);
    telling.start();
    try {
      made = profile.run(start, goOn, (number, due) -> enqueue(due));
      long deadline = System.nanoTime() + ANSWER_NANOS;
      while (accepted.sum() + refused.sum() < made && System.nanoTime() < deadline) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    } finally {
      end = System.nanoTime();
      over = true;
      LockSupport.unpark(telling);
      telling.join();
    }
    QueueStats last = waiting();
    waitingAtEnd = last == null ? waitingMost : last.ready();
    waitingMost = Math.max(waitingMost, waitingAtEnd);
  }

  private void enqueue(long due) {
    // One thread writes it.
    made = made + 1;
    try {
      producer
          .enqueueNamedAsync(
              task.name(), task.payload(), task.version(), task.queue(), EnqueueOptions.DEFAULTS)
          .whenComplete((handle, error) -> answered(due, error));
    } catch (EnqueueException e) {
      answered(due, e);
    }
  }

  private void answered(long due, @Nullable Throwable error) {
    if (error == null) {
      fromDue.recordValue(Math.max(0, System.nanoTime() - due));
      accepted.increment();
      return;
    }
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    reasons.computeIfAbsent(cause.getClass().getSimpleName(), name -> new LongAdder()).increment();
    refused.increment();
  }

  private void tell() {
    for (long second = 1; !over; second++) {
      long at = start + second * SECOND;
      for (long left = at - System.nanoTime(); left > 0 && !over; left = at - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      if (over) {
        return;
      }
      QueueStats stats = waiting();
      if (stats != null) {
        waitingMost = Math.max(waitingMost, stats.ready());
      }
      teller.accept(
          new Second(
              second,
              made,
              accepted.sum(),
              refused.sum(),
              fromDue.getValueAtPercentile(99) / MICRO,
              stats == null ? null : stats.ready(),
              stats == null ? null : stats.consumers()));
    }
  }

  private @Nullable QueueStats waiting() {
    try {
      return broker.stats(broker.topology().queue(task.queue())).orElse(null);
    } catch (BrokerException notNow) {
      return null;
    }
  }

  /** What became of it, once it is over. */
  Summary summary(double rate, int ramp) {
    Map<String, Long> counts = new ConcurrentSkipListMap<>();
    reasons.forEach((reason, count) -> counts.put(reason, count.sum()));
    int answered = (int) (accepted.sum() + refused.sum());
    if (made > answered) {
      counts.put("no answer", (long) (made - answered));
    }
    return new Summary(
        task.name(),
        task.queue(),
        rate,
        ramp,
        (end - start) / 1e9,
        made,
        accepted.sum(),
        made - accepted.sum(),
        counts,
        fromDue.getValueAtPercentile(50) / MICRO,
        fromDue.getValueAtPercentile(99) / MICRO,
        fromDue.getValueAtPercentile(99.9) / MICRO,
        fromDue.getMaxValue() / MICRO,
        waitingAtStart,
        waitingMost,
        waitingAtEnd);
  }
}
