package dev.sluice.broker.rabbit;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs a consumer's callbacks on the thread that has them, which is the one that reads the
 * connection: our listeners hand deliveries over and return at once, and a pool in between would
 * cost more than they do. No callback may wait for an answer of the broker.
 *
 * <p>Threading: stateless. The client never shuts an executor down that it was given.
 */
final class CallingThread extends AbstractExecutorService {
  @Override
  public void execute(Runnable callback) {
    callback.run();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
