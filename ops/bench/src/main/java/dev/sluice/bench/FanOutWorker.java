package dev.sluice.bench;

import dev.sluice.database.DatabaseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code sluice worker} in a JVM of its own with a small heap, which tells its figures.
 *
 * <p>Threading: for one thread.
 */
final class FanOutWorker implements AutoCloseable {
  static final int HEAP_MEGABYTES = 256;

  private final ChildJvm jvm;

  private FanOutWorker(ChildJvm jvm) {
    this.jvm = jvm;
  }

  /**
   * Starts a worker, which consumes when it is ready.
   *
   * @param modules settings of its task modules
   * @param flight file for a flight recording; null for none
   */
  static FanOutWorker start(
      BenchServers servers, Path folder, Map<String, String> modules, @Nullable String flight)
      throws IOException {
    Path settings = folder.resolve("sluice.yaml");
    Map<String, String> all = new TreeMap<>(modules);
    // This benchmark pushes to however many there are.
    all.putIfAbsent("timelines.celebrity_followers", "0");
    Files.writeString(settings, yaml(all));
    DatabaseOptions database = servers.database();
    Map<String, String> environment = new HashMap<>();
    environment.put("SLUICE_BROKER_URL", servers.rabbitUrl());
    environment.put("SLUICE_BROKER_NAMESPACE", FanOutRig.NAMESPACE);
    environment.put("SLUICE_DATABASE_URL", database.url());
    environment.put("SLUICE_REDIS_URL", servers.redisUrl());
    if (database.user() != null) {
      environment.put("SLUICE_DATABASE_USER", database.user());
    }
    if (database.password() != null) {
      environment.put("SLUICE_DATABASE_PASSWORD", database.password());
    }
    if (flight != null) {
      environment.put(
          "JDK_JAVA_OPTIONS",
          "-Xlog:jfr+startup=off -XX:StartFlightRecording=settings=profile,filename="
              + Path.of(flight).toAbsolutePath());
    }
    return new FanOutWorker(
        ChildJvm.start(
            HEAP_MEGABYTES,
            folder.resolve("worker.log"),
            environment,
            WorkerWithFigures.class.getName(),
            "worker",
            "--config",
            settings.toString()));
  }

  /** What it has taken since the last call. */
  Figures figures() throws IOException {
    jvm.goOn();
    JsonNode line = JsonMapper.shared().readTree(jvm.line());
    return new Figures(line.get("cpu_nanos").asLong(), line.get("heap_peak").asLong());
  }

  /**
   * What it has taken since it was asked last.
   *
   * @param cpuNanos processor time of all threads
   * @param heapPeak bytes of its heap that were in use at most, garbage included
   */
  record Figures(long cpuNanos, long heapPeak) {}

  /** Bytes of its heap that are alive. */
  long liveHeapBytes() throws IOException, InterruptedException {
    return jvm.liveHeapBytes();
  }

  /** Bytes of memory that it has from the system; 0 where there is no procfs. */
  long residentBytes() throws IOException {
    return jvm.residentBytes();
  }

  /** The end of its log. */
  String logTail() throws IOException {
    return jvm.logTail();
  }

  boolean isAlive() {
    return jvm.isAlive();
  }

  @Override
  public void close() {
    jvm.close();
  }

  private static String yaml(Map<String, String> modules) {
    StringBuilder yaml = new StringBuilder("modules:\n");
    modules.forEach(
        (key, value) -> yaml.append("  ").append(key).append(": \"").append(value).append("\"\n"));
    return yaml.toString();
  }
}
