package dev.sluice.bench;

import dev.sluice.bench.load.LoadProfile;
import dev.sluice.producer.Producer;
import dev.sluice.task.TaskType;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Enqueues numbered tasks as a profile says, whatever becomes of the earlier ones, and counts what
 * the broker confirmed.
 *
 * <p>Threading: run by one thread; the counts may be read by any.
 */
final class Surge {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NANOS = 1_000_000;

  private final Producer producer;
  private final TaskType<WriteRow> type;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private long made;

  Surge(Producer producer, String queue) {
    this.producer = producer;
    type = WriteRow.TYPE.queue(queue);
  }

  /**
   * Makes the calls and waits until the last is answered; numbers go on where the last run ended.
   */
  void run(LoadProfile profile) throws Exception {
    long first = made;
    made +=
        profile.run(
            System.nanoTime(),
            () -> true,
            (number, due) ->
                producer
                    .enqueueAsync(type, WriteRow.numbered(first + number))
                    .whenComplete(
                        (task, error) -> (error == null ? accepted : failed).increment()));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (accepted.sum() + failed.sum() < made && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Tasks that the broker has confirmed. */
  long accepted() {
    return accepted.sum();
  }

  /** Calls that were refused or got no answer. */
  long failed() {
    return failed.sum();
  }
}
