package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Celery worker in processes of its own.
 *
 * <p>Threading: for one thread.
 */
public final class CeleryWorker implements Contender {
  private static final int PATIENCE_SECONDS = 20;
  private static final int ID_AND_NEWLINE = 37;

  private final List<String> command;
  private final Map<String, String> environment;
  private final Path folder;
  private @Nullable Process process;

  CeleryWorker(List<String> command, Map<String, String> environment, Path folder) {
    this.command = command;
    this.environment = environment;
    this.folder = folder;
  }

  @Override
  public void start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Celery.findDebian(builder.environment());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log().toFile());
    process = builder.start();
  }

  @Override
  public void check() {
    if (process != null && !process.isAlive()) {
      throw new IllegalStateException("Celery ended: " + read(log()));
    }
  }

  /** How many tasks its processes have noted. */
  public long noted() {
    return notes().stream().mapToLong(CeleryWorker::size).sum() / ID_AND_NEWLINE;
  }

  /** The ids of the tasks that its processes have noted, repeated ones as often as they came. */
  public List<String> ids() {
    return notes().stream().flatMap(note -> read(note).lines()).toList();
  }

  @Override
  public void close() {
    if (process == null) {
      return;
    }
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private Path log() {
    return folder.resolve("log");
  }

  private List<Path> notes() {
    List<Path> notes = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "ids-*")) {
      files.forEach(notes::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return notes;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
