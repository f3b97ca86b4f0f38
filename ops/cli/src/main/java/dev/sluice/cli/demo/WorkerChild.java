package dev.sluice.cli.demo;

import dev.sluice.cli.CommandFailed;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The demo's worker: {@code sluice worker} in a JVM of its own. What it logs goes to a file, which
 * is kept when it ends by itself.
 *
 * <p>Threading: for one thread.
 */
final class WorkerChild implements DemoWorker {
  private static final int PATIENCE_SECONDS = 40;

  private final ProcessBuilder command;
  private final Path folder;
  private final Thread atExit = new Thread(this::destroy, "demo-worker-end");
  private Process process;

  private WorkerChild(ProcessBuilder command, Path folder) throws IOException {
    this.command = command;
    this.folder = folder;
    process = command.start();
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a worker.
   *
   * @param urls where the servers are; they reach the child as variables, which others cannot read
   */
  static WorkerChild start(Map<String, String> urls, Map<String, String> modules) {
    try {
      Path folder = Files.createTempDirectory("sluice-demo");
      Path settings = folder.resolve("sluice.yaml");
      Files.writeString(settings, yaml(modules));
      ProcessBuilder command =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              absolute(System.getProperty("java.class.path")),
              "dev.sluice.cli.Main",
              "worker",
              "--config",
              settings.toString());
      Map<String, String> environment = command.environment();
      environment.keySet().removeIf(name -> name.startsWith("SLUICE_"));
      environment.putAll(urls);
      environment.put("SLUICE_BROKER_NAMESPACE", DemoOptions.NAMESPACE);
      File log = folder.resolve("worker.log").toFile();
      command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
      return new WorkerChild(command, folder);
    } catch (IOException e) {
      throw new CommandFailed("the worker process does not start: " + e.getMessage(), e);
    }
  }

  /** The process id. */
  long pid() {
    return process.pid();
  }

  @Override
  public void killAndRestart() {
    requireAlive();
    process.destroyForcibly();
    try {
      process.waitFor();
      process = command.start();
    } catch (IOException e) {
      throw new CommandFailed("the worker process does not start again: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new CommandFailed(
          "the worker process ended by itself with status "
              + process.exitValue()
              + "; its log is "
              + folder.resolve("worker.log"));
    }
  }

  @Override
  public void close() {
    boolean died = !process.isAlive();
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      destroy();
      Thread.currentThread().interrupt();
    }
    if (!died) {
      deleteFolder();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook is running, or will.
      return;
    }
  }

  private void destroy() {
    process.destroyForcibly();
  }

  private void deleteFolder() {
    try {
      Files.deleteIfExists(folder.resolve("worker.log"));
      Files.deleteIfExists(folder.resolve("sluice.yaml"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new CommandFailed("cannot delete " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String yaml(Map<String, String> modules) {
    StringBuilder yaml = new StringBuilder("modules:\n");
    new TreeMap<>(modules)
        .forEach(
            (key, value) ->
                yaml.append("  ").append(key).append(": \"").append(value).append("\"\n"));
    return yaml.toString();
  }

  private static String absolute(String classPath) {
    StringBuilder all = new StringBuilder();
    for (String entry : classPath.split(File.pathSeparator)) {
      all.append(all.isEmpty() ? "" : File.pathSeparator).append(Path.of(entry).toAbsolutePath());
    }
    return all.toString();
  }
}
