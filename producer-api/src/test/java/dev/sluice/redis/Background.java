package dev.sluice.redis;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A call in a thread of its own. */
final class Background<T> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FutureTask<T> task;

  private Background(FutureTask<T> task) {
    this.task = task;
  }

  static <T> Background<T> of(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "background");
    thread.setDaemon(true);
    thread.start();
    return new Background<>(task);
  }

  /** Waits for something that happens while the call is still running. */
  void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .failFast("the call ended", task::isDone)
        .until(condition);
  }

  T result() throws Exception {
    return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
