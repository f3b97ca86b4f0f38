package dev.sluice.scheduler;

import dev.sluice.broker.Broker;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A scheduler in a JVM of its own. */
final class SchedulerProcess {
  static final List<JobSpec> JOBS =
      List.of(JobSpec.every("tick", Duration.ofSeconds(1), "ticks.tick", "ticks"));

  private static final String URL = "TEST_DATABASE_URL";
  private static final String USER = "TEST_DATABASE_USER";
  private static final String PASSWORD = "TEST_DATABASE_PASSWORD";
  private static final String BROKER = "TEST_BROKER_URL";
  private static final String JOB_LINES = "TEST_JOBS";

  private SchedulerProcess() {}

  /** One that can reach its database, and no broker. */
  static Process start(DatabaseOptions options) throws IOException {
    return start(options, null, JOBS);
  }

  /** One that relays to a broker, if it is given. */
  static Process start(DatabaseOptions options, @Nullable String broker, List<JobSpec> jobs)
      throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            SchedulerProcess.class.getName());
    Map<String, String> told =
        new HashMap<>(
            Map.of(
                URL, options.url(),
                USER, String.valueOf(options.user()),
                PASSWORD, String.valueOf(options.password()),
                JOB_LINES,
                    jobs.stream()
                        .map(job -> job.name() + " " + JobJson.write(job))
                        .collect(Collectors.joining("\n"))));
    if (broker != null) {
      told.put(BROKER, broker);
    }
    builder.environment().putAll(told);
    return builder.inheritIO().start();
  }

  public static void main(String[] arguments) throws InterruptedException {
    DatabaseOptions options =
        DatabaseOptions.of(System.getenv(URL))
            .user(System.getenv(USER))
            .password(System.getenv(PASSWORD));
    TestDatabase tables = TestDatabase.migrated(options);
    List<JobSpec> jobs =
        System.getenv(JOB_LINES)
            .lines()
            .map(line -> line.split(" ", 2))
            .map(job -> JobJson.read(job[0], job[1]))
            .toList();
    Scheduler.open(SchedulerOptions.of(tables.database(), broker(), jobs)).start();
    Thread.currentThread().join();
  }

  private static Broker broker() {
    @Nullable String url = System.getenv(BROKER);
    return url == null
        ? new FlakyBroker(InMemoryBroker.open(Topology.DEFAULT))
        : RabbitBroker.open(RabbitOptions.of(url));
  }
}
