package dev.sluice.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Workers of a {@link DoomedFanOut} in JVMs of their own. */
final class FanOutProcesses implements AutoCloseable {
  private final FanOutServers servers;
  private final Path folder;
  private final int chunk;
  private final List<Process> started = new ArrayList<>();

  /**
   * @param folder for what they print
   * @param chunk recipients of a chunk
   */
  FanOutProcesses(FanOutServers servers, Path folder, int chunk) {
    this.servers = servers;
    this.folder = folder;
    this.chunk = chunk;
  }

  Process start(Standstill.At moment, int passes) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(DoomedFanOut.class.getName());
    command.addAll(servers.urls());
    command.add(Integer.toString(chunk));
    command.add(moment.name());
    command.add(Integer.toString(passes));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log" + started.size()).toFile())
            .start();
    started.add(process);
    return process;
  }

  /** What the process printed that was started last. */
  String log() throws IOException {
    return Files.readString(folder.resolve("log" + (started.size() - 1)));
  }

  @Override
  public void close() {
    started.forEach(process -> process.destroyForcibly().onExit().join());
  }
}
