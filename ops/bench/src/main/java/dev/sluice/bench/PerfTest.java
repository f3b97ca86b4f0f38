package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RabbitMQ's own load generator, in a process of its own: it shows that the raw subject is near the
 * best known client. It sends a body of the same size, but without task headers.
 */
final class PerfTest {
  private static final Pattern AVERAGE = Pattern.compile("(sending|receiving) rate avg: (\\d+)");
  private static final long PATIENCE_MINUTES = 5;

  private final String url;

  PerfTest(String url) {
    this.url = url;
  }

  /** Confirmed messages per second into a quorum queue. */
  double publish(String queue, long count, int bytes, int window) throws Exception {
    return run(
        "sending",
        "--producers=1",
        "--consumers=0",
        "--quorum-queue",
        "--queue=" + queue,
        "--size=" + bytes,
        "--confirm=" + window,
        "--pmessages=" + count);
  }

  /** Messages per second out of a queue that exists, acked every 50. */
  double consume(String queue, long count, int prefetch) throws Exception {
    return run(
        "receiving",
        "--producers=0",
        "--consumers=1",
        "--predeclared",
        "--queue=" + queue,
        "--qos=" + prefetch,
        "--multi-ack-every=50",
        "--cmessages=" + count);
  }

  private double run(String direction, String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "com.rabbitmq.perf.PerfTest",
                "--uri=" + url));
    command.addAll(List.of(options));
    Path log = Files.createTempFile("perf-test", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    String output = Files.readString(log);
    Files.delete(log);
    Matcher average = AVERAGE.matcher(output);
    while (average.find()) {
      if (average.group(1).equals(direction)) {
        return Double.parseDouble(average.group(2));
      }
    }
    throw new IOException("PerfTest printed no " + direction + " rate: " + output.strip());
  }
}
