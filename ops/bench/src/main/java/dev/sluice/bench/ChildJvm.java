package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own with a small heap, on our class path. Its standard output is read line by line,
 * its standard error goes to a file.
 *
 * <p>Threading: for one thread.
 */
final class ChildJvm implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 40;
  private static final int LOG_LINES = 20;

  private final Process process;
  private final Path log;
  private final BufferedReader out;
  private final Thread atExit;

  private ChildJvm(Process process, Path log) {
    this.process = process;
    this.log = log;
    out = process.inputReader();
    atExit = new Thread(process::destroyForcibly, "bench-child-end");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts it.
   *
   * @param log file for what it logs
   * @param environment variables beside the parent's, whose own {@code SLUICE_*} it does not get;
   *     others cannot read them, unlike arguments
   */
  static ChildJvm start(
      int heapMegabytes, Path log, Map<String, String> environment, String... mainAndArguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                tool("java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(mainAndArguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().putAll(environment);
    File stderr = log.toFile();
    builder.redirectError(ProcessBuilder.Redirect.appendTo(stderr));
    return new ChildJvm(builder.start(), log);
  }

  /**
   * The next line of its standard output.
   *
   * @throws CommandFailed with the end of its log when it has ended
   */
  String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new CommandFailed("the child process ended:" + System.lineSeparator() + logTail());
    }
    return line;
  }

  /** Tells it to go on, as the end of a line of its standard input. */
  void goOn() throws IOException {
    tell("");
  }

  /** Writes a line to its standard input. */
  void tell(String line) throws IOException {
    BufferedWriter in = process.outputWriter();
    in.write(line);
    in.newLine();
    in.flush();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The last lines of its log. */
  String logTail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(
        System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  /** Bytes of the objects that are alive, after a full collection. */
  long liveHeapBytes() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                tool("jcmd").toString(), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String total = "";
    try (BufferedReader histogram = jcmd.inputReader()) {
      for (String line = histogram.readLine(); line != null; line = histogram.readLine()) {
        total = line.isBlank() ? total : line;
      }
    }
    jcmd.waitFor();
    String[] words = total.strip().split("\\s+");
    if (words.length != 3 || !words[0].equals("Total")) {
      throw new IOException("jcmd did not tell the heap of the child process: " + total);
    }
    return Long.parseLong(words[2]);
  }

  /** Bytes of memory that the process has from the system; 0 where there is no procfs. */
  long residentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    }
  }

  /** Asks it to end, waits, then kills it. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook runs already, or will.
      return;
    }
  }

  private static Path tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name);
  }
}
