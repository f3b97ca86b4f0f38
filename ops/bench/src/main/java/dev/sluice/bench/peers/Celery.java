package dev.sluice.bench.peers;

import dev.sluice.database.DatabaseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Celery that is on the PATH, with a Python module of ours.
 *
 * @param url of RabbitMQ
 * @param folder where the module and what the workers write are put
 */
public record Celery(String url, Path folder) {
  /** As it stands in the output. */
  public static final String NAME = "celery";

  private static final String MODULE = "sluice_bench_tasks";
  private static final int PROCESSES = 2;
  private static final int PATIENCE_SECONDS = 30;
  private static final int MYSQL_PORT = 3306;

  /** Why it can do nothing here; null when it can. */
  public @Nullable String missing() {
    return succeeds("env", "celery", "--version") ? null : "no `celery` that starts on the PATH";
  }

  /** Why it cannot write to the database here; null when it can. */
  public @Nullable String missingForWriting() {
    String missing = missing();
    if (missing != null) {
      return missing;
    }
    return succeeds("env", "python3", "-c", "import MySQLdb")
        ? null
        : "Python has no MySQLdb (Debian: python3-mysqldb)";
  }

  /** How it is set up. */
  public String settings() {
    return NAME
        + ": prefork with "
        + PROCESSES
        + " processes, prefetch multiplier 128, acks_late, ignore_result, rate limits, events,"
        + " gossip, mingle and heartbeat off, -O fair; a durable classic queue, since before 5.5 it"
        + " cannot consume a quorum queue";
  }

  /** Applies what is on the queue to the tables. */
  public CeleryWorker writing(String queue, DatabaseOptions database) throws IOException {
    URI jdbc = URI.create(database.url().substring("jdbc:".length()).replaceFirst("\\?.*", ""));
    Map<String, String> environment = new HashMap<>();
    environment.put("BENCH_DB_HOST", jdbc.getHost());
    environment.put(
        "BENCH_DB_PORT", Integer.toString(jdbc.getPort() < 0 ? MYSQL_PORT : jdbc.getPort()));
    environment.put("BENCH_DB_NAME", jdbc.getPath().substring(1));
    environment.put("BENCH_DB_USER", credential(database.user(), database.url(), "user"));
    environment.put(
        "BENCH_DB_PASSWORD", credential(database.password(), database.url(), "password"));
    return worker(queue, environment);
  }

  /** Notes the id of every task on the queue in a file of each process. */
  public CeleryWorker draining(String queue) throws IOException {
    return worker(queue, Map.of());
  }

  private CeleryWorker worker(String queue, Map<String, String> more) throws IOException {
    Path work = Files.createTempDirectory(folder, "celery-");
    try (InputStream module =
        Objects.requireNonNull(Celery.class.getResourceAsStream(MODULE + ".py"))) {
      Files.copy(module, work.resolve(MODULE + ".py"));
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "celery",
                "-A",
                MODULE,
                "worker",
                "--pool=prefork",
                "--concurrency=" + PROCESSES,
                "-O",
                "fair",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "--loglevel=ERROR",
                "--queues=" + queue));
    Map<String, String> environment = new HashMap<>(more);
    environment.put("BENCH_BROKER", url);
    environment.put("BENCH_QUEUE", queue);
    environment.put("BENCH_FOLDER", work.toString());
    return new CeleryWorker(command, environment, work);
  }

  /** The driver's URL may carry user and password as properties. */
  private static String credential(@Nullable String given, String url, String property) {
    if (given != null) {
      return given;
    }
    for (String pair : url.substring(url.indexOf('?') + 1).split("&")) {
      if (pair.startsWith(property + "=")) {
        return pair.substring(property.length() + 1);
      }
    }
    return "";
  }

  /** Debian's script runs the first python3 of the PATH, which need not be Debian's. */
  static void findDebian(Map<String, String> environment) {
    environment.merge("PATH", "/usr/bin:/bin", (path, debian) -> debian + ":" + path);
  }

  private static boolean succeeds(String... command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      findDebian(builder.environment());
      Process process = builder.start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
