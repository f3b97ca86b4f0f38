package dev.sluice.scheduler;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A scheduler in a JVM of its own that can reach its database, and no broker. */
final class SchedulerProcess {
  static final List<JobSpec> JOBS =
      List.of(JobSpec.every("tick", Duration.ofSeconds(1), "ticks.tick", "ticks"));

  private static final String URL = "TEST_DATABASE_URL";
  private static final String USER = "TEST_DATABASE_USER";
  private static final String PASSWORD = "TEST_DATABASE_PASSWORD";

  private SchedulerProcess() {}

  static Process start(DatabaseOptions options) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            classPath,
            SchedulerProcess.class.getName());
    builder
        .environment()
        .putAll(
            Map.of(
                URL, options.url(),
                USER, String.valueOf(options.user()),
                PASSWORD, String.valueOf(options.password())));
    return builder.inheritIO().start();
  }

  public static void main(String[] arguments) throws InterruptedException {
    DatabaseOptions options =
        DatabaseOptions.of(System.getenv(URL))
            .user(System.getenv(USER))
            .password(System.getenv(PASSWORD));
    TestDatabase tables = TestDatabase.migrated(options);
    FlakyBroker away = new FlakyBroker(InMemoryBroker.open(Topology.DEFAULT));
    Scheduler.open(SchedulerOptions.of(tables.database(), away, JOBS)).start();
    Thread.currentThread().join();
  }
}
