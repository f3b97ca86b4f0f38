package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import dev.sluice.database.DatabaseOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A {@link BenchWorker} and how it is told what to do.
 *
 * <p>Threading: for one thread.
 */
record GovernedWorker(ChildJvm jvm) implements AutoCloseable {
  static final int HEAP_MEGABYTES = 256;

  /**
   * How it runs.
   *
   * @param queue what it consumes
   * @param manyStatements whether each task is a transaction of many statements; else tasks are
   *     applied in batches
   * @param ceiling rows a second; 0 for none
   */
  record Plan(String queue, boolean manyStatements, int concurrency, long ceiling) {}

  /** Starts it and waits until it consumes. */
  static GovernedWorker start(BenchServers servers, Path folder, Plan plan) throws IOException {
    DatabaseOptions database = servers.database();
    Map<String, String> environment = new HashMap<>();
    environment.put("BENCH_BROKER", servers.rabbitUrl());
    environment.put("BENCH_DATABASE", database.url());
    if (database.user() != null) {
      environment.put("BENCH_DATABASE_USER", database.user());
    }
    if (database.password() != null) {
      environment.put("BENCH_DATABASE_PASSWORD", database.password());
    }
    environment.put("BENCH_QUEUE", plan.queue());
    environment.put("BENCH_HANDLER", plan.manyStatements() ? "lines" : "batch");
    environment.put("BENCH_CONCURRENCY", Integer.toString(plan.concurrency()));
    environment.put("BENCH_CEILING", Long.toString(plan.ceiling()));
    GovernedWorker worker =
        new GovernedWorker(
            ChildJvm.start(
                HEAP_MEGABYTES,
                folder.resolve("worker.log"),
                environment,
                BenchWorker.class.getName()));
    String line = worker.jvm.line();
    if (!line.equals(BenchWorker.READY)) {
      worker.close();
      throw new CommandFailed("the worker's process said: " + line);
    }
    return worker;
  }

  /** Changes the ceiling while it runs; 0 for none. */
  void ceiling(long rowsPerSecond) throws IOException {
    jvm.tell("ceiling " + rowsPerSecond);
  }

  /**
   * Fails when it has ended.
   *
   * @throws CommandFailed with the end of its log
   */
  void check() throws IOException {
    if (!jvm.isAlive()) {
      throw new CommandFailed("the worker's process ended:%n%s".formatted(jvm.logTail()));
    }
  }

  @Override
  public void close() {
    jvm.close();
  }
}
