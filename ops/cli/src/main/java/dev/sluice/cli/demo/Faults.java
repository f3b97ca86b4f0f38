package dev.sluice.cli.demo;

import java.util.concurrent.CompletableFuture;

/**
 * What the demo breaks on the way: it kills the worker process, and restarts RabbitMQ while posts
 * are being published.
 *
 * <p>Threading: for one thread.
 */
final class Faults {
  private final DemoServers servers;
  private final DemoWorker worker;
  private final Progress progress;
  private final int kills;
  private final boolean restart;
  private int done;
  private CompletableFuture<Void> restarting = CompletableFuture.completedFuture(null);

  Faults(DemoServers servers, DemoWorker worker, DemoOptions options, Progress progress) {
    this.servers = servers;
    this.worker = worker;
    this.progress = progress;
    kills = options.killWorker();
    restart = options.restartBroker();
  }

  /** How many there will be. */
  int count() {
    return kills + (restart ? 1 : 0);
  }

  /** Does the next one. */
  void next() {
    done++;
    if (done <= kills) {
      worker.killAndRestart();
      progress.say("%nkill -9 of the worker process, number %d; another one starts", done);
    } else {
      progress.say("%nRabbitMQ is being restarted");
      restarting = CompletableFuture.runAsync(servers::restartBroker);
    }
  }

  /** Waits for what is under way. */
  void finish() {
    restarting.join();
  }
}
