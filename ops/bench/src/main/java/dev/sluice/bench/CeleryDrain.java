package dev.sluice.bench;

import dev.sluice.bench.peers.Celery;
import dev.sluice.bench.peers.CeleryWorker;
import dev.sluice.cli.CommandFailed;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Celery drains a full queue. Its processes note each task's id in a file; the time is taken from
 * the first ids that are seen there to the last.
 */
record CeleryDrain(BenchRig rig, long tasks, Celery celery) implements Subject {
  private static final long POLL_NANOS = 5_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  @Override
  public String name() {
    return Celery.NAME;
  }

  @Override
  public Round run(int round) throws Exception {
    String queue = "bench.drain.celery." + round;
    rig.fillClassicNoops(queue, tasks);
    CeleryWorker worker = celery.draining(queue);
    try (worker) {
      worker.start();
      long before = await(worker, 1);
      Stopwatch watch = Stopwatch.start();
      await(worker, tasks);
      Stopwatch.Elapsed elapsed = watch.stop();
      worker.close();
      List<String> ids = worker.ids();
      long different = new HashSet<>(ids).size();
      return new Round(
          Math.max(1, tasks - before), elapsed, null, tasks - different, ids.size() - different);
    } finally {
      rig.delete(queue);
    }
  }

  private long await(CeleryWorker worker, long wanted) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (long noted = worker.noted(); ; noted = worker.noted()) {
      if (noted >= wanted) {
        return noted;
      }
      worker.check();
      if (System.nanoTime() > deadline) {
        throw new CommandFailed(
            "Celery has done %,d of %,d tasks after five minutes".formatted(noted, tasks));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
