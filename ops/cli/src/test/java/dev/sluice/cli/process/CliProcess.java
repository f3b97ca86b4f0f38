package dev.sluice.cli.process;

import static org.awaitility.Awaitility.await;

import dev.sluice.cli.Main;
import dev.sluice.devservices.DevServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, as the launcher starts it. */
final class CliProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Process process;
  private final Path out;
  private final Path err;

  private CliProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** The variables that name the tests' own servers. */
  static Map<String, String> servers(DevServices services) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("SLUICE_BROKER_URL", services.rabbit().url());
    variables.put("SLUICE_DATABASE_URL", services.database().jdbcUrl());
    variables.put("SLUICE_DATABASE_USER", services.database().user());
    variables.put("SLUICE_DATABASE_PASSWORD", services.database().password());
    return variables;
  }

  static CliProcess start(Path folder, Map<String, String> variables, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().putAll(variables);
    return new CliProcess(builder.start(), out, err);
  }

  CliProcess awaitError(String text) {
    await()
        .atMost(PATIENCE)
        .failFast(
            () -> {
              if (!alive() && !err().contains(text)) {
                throw new AssertionError("ended without saying '" + text + "': " + err());
              }
            })
        .until(() -> err().contains(text));
    return this;
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for the end; returns the exit status. */
  int end() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + err());
    }
    return process.exitValue();
  }

  boolean alive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
