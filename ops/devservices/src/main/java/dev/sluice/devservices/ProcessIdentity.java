package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One process for ever: its id with the moment it started, so that a later process that got the
 * same id is never taken for it.
 *
 * @param pid the process id
 * @param startedAt epoch milliseconds
 */
record ProcessIdentity(long pid, long startedAt) {

  /** Start times are computed from the boot time, which moves when the clock is set. */
  private static final long START_TOLERANCE_MILLIS = 5_000;

  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration KILL_WAIT = Duration.ofSeconds(20);

  static ProcessIdentity of(ProcessHandle process) {
    return new ProcessIdentity(
        process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }

  boolean isAlive() {
    return living().isPresent();
  }

  /** Ends the process for certain: politely first, by force after the grace period. */
  void end(Duration grace) {
    living().ifPresent(ProcessHandle::destroy);
    if (!awaitEnd(grace)) {
      kill();
    }
  }

  /** Sends SIGKILL and waits until the process is gone. */
  void kill() {
    living().ifPresent(ProcessHandle::destroyForcibly);
    if (!awaitEnd(KILL_WAIT)) {
      throw new DevServicesException(
          "Process " + pid + " survives SIGKILL; look at it with: ps -fp " + pid);
    }
  }

  private boolean awaitEnd(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (isAlive()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }

  private Optional<ProcessHandle> living() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> Math.abs(of(process).startedAt() - startedAt) < START_TOLERANCE_MILLIS)
        .filter(process -> !isZombie());
  }

  /**
   * Where process 1 reaps nobody, an orphan that ended stays in the process table. One that has
   * threads left, which flush a file perhaps, has not ended: it still holds its port.
   */
  private boolean isZombie() {
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      String stat = Files.readString(process.resolve("stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2) && threads.count() <= 1;
    } catch (IOException | UncheckedIOException noProcFolder) {
      return false;
    }
  }
}
