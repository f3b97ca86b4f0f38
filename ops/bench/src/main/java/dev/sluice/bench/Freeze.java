package dev.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** Holds a process still for a while, as a disk that does not answer holds a server. */
record Freeze(long pid, Duration after, Duration length) {

  /** Begins to wait for the time to come; completed when the process runs again. */
  CompletableFuture<Void> schedule() {
    long at = System.nanoTime() + after.toNanos();
    return CompletableFuture.runAsync(
        () -> {
          park(at);
          signal("STOP");
          try {
            park(System.nanoTime() + length.toNanos());
          } finally {
            signal("CONT");
          }
        },
        task -> new Thread(task, "bench-freeze").start());
  }

  private static void park(long until) {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
      if (kill.waitFor() != 0) {
        throw new IOException("kill -" + name + " " + pid + " failed");
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }
}
