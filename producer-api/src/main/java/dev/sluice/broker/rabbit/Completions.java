package dev.sluice.broker.rabbit;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells publishers what became of their messages, on a thread of its own: what they attached to the
 * future may publish again, which on the connection's thread would wait for itself.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Completions implements AutoCloseable {
  private final Thread thread = new Thread(this::run, "sluice-confirms");
  private final Object lock = new Object();
  private List<Pending> waiting = new ArrayList<>();
  private boolean idle;
  private boolean closed;

  Completions() {
    thread.setDaemon(true);
    thread.start();
  }

  void add(List<Pending> done) {
    if (done.isEmpty()) {
      return;
    }
    synchronized (lock) {
      if (!closed) {
        waiting.addAll(done);
        if (idle) {
          lock.notifyAll();
        }
        return;
      }
    }
    done.forEach(Pending::tell);
  }

  /** Tells what is left, then ends the thread. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    Threads.join(thread);
  }

  private void run() {
    List<Pending> batch = new ArrayList<>();
    while (true) {
      synchronized (lock) {
        while (waiting.isEmpty()) {
          if (closed) {
            return;
          }
          idle = true;
          try {
            lock.wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        idle = false;
        List<Pending> swap = waiting;
        waiting = batch;
        batch = swap;
      }
      batch.forEach(Pending::tell);
      batch.clear();
    }
  }
}
