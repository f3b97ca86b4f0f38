package dev.sluice.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a worker comes to an end: takes nothing new, finishes what runs, interrupts what is left,
 * gives the rest back.
 *
 * <p>Threading: {@link #drain} once; {@link #hurry} by any thread.
 */
final class Shutdown {
  private static final Duration LOOK = Duration.ofMillis(20);

  /** How long interrupted handlers may take to come to an end. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final List<QueueConsumer> consumers;
  private final DeadlineWatch deadlines;
  private final CountDownLatch hurry = new CountDownLatch(1);

  Shutdown(List<QueueConsumer> consumers, DeadlineWatch deadlines) {
    this.consumers = consumers;
    this.deadlines = deadlines;
  }

  void drain(Duration deadline) {
    consumers.forEach(QueueConsumer::stopTaking);
    long start = System.nanoTime();
    while (!idle() && System.nanoTime() - start < deadline.toNanos() && !hurried(LOOK)) {
      consumers.forEach(consumer -> consumer.running().forEach(Attempt::askToStop));
    }
    if (!idle()) {
      consumers.forEach(consumer -> deadlines.abort(consumer.running(), Attempt.Cut.STOPPING));
      awaitIdle(GRACE);
    }
    // A handler that is still running has lost its connection: it cannot commit any more.
    consumers.forEach(QueueConsumer::close);
  }

  /** Does not wait for running attempts any longer. */
  void hurry() {
    hurry.countDown();
  }

  private boolean idle() {
    return consumers.stream().allMatch(QueueConsumer::idle);
  }

  private void awaitIdle(Duration patience) {
    long start = System.nanoTime();
    CountDownLatch never = new CountDownLatch(1);
    while (!idle() && System.nanoTime() - start < patience.toNanos()) {
      try {
        if (never.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean hurried(Duration wait) {
    try {
      return hurry.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
