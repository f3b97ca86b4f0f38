package dev.sluice.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes blocking calls at a fixed rate. A call that takes long delays the next ones of its thread,
 * whose time counts from when they were due: nothing is left out because the measured thing was
 * slow.
 */
public final class OpenLoop {
  // Threads want to be there before the first call.
  private static final long LEAD_NANOS = 5_000_000;

  private OpenLoop() {}

  /** A blocking call. */
  @FunctionalInterface
  public interface Call {

    /**
     * Makes it.
     *
     * @param number counted from 0, each made once
     */
    void make(int number) throws Exception;
  }

  /** Makes the calls on {@code threads} threads in turn and returns when the last one has ended. */
  public static Timings run(Pace pace, int threads, Call call) throws Exception {
    long start = System.nanoTime() + LEAD_NANOS;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Timings>> loops = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread;
        loops.add(() -> one(pace, start, first, threads, call));
      }
      Timings all = new Timings(pace, start);
      for (Future<Timings> loop : pool.invokeAll(loops)) {
        all.add(loop.get());
      }
      return all;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      pool.shutdownNow();
    }
  }

  private static Timings one(Pace pace, long start, int first, int step, Call call)
      throws Exception {
    Timings timings = new Timings(pace, start);
    pace.run(
        start,
        first,
        step,
        (number, due) -> {
          long at = System.nanoTime();
          call.make(number);
          timings.record(due, at, System.nanoTime());
        });
    return timings;
  }
}
