package dev.sluice.devservices;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts native processes inside a {@link ServerRoot} and writes each of them down. */
final class Spawner {

  private static final File NOTHING = new File("/dev/null");
  private static final long COMMAND_SECONDS = 120;

  private final ServerRoot root;
  private final RunFolder run;
  private final Optional<ProcessIdentity> owner;
  private final Generation generation;

  Spawner(ServerRoot root, RunFolder run, Optional<ProcessIdentity> owner, Generation generation) {
    this.root = root;
    this.run = run;
    this.owner = owner;
    this.generation = generation;
  }

  /** Starts a process that lives on when this JVM or its terminal goes. */
  ProcessRecord spawn(Launch launch) {
    List<String> command = new ArrayList<>(ownSession());
    command.addAll(root.enter(launch.command()));
    ProcessBuilder builder = builder(command, launch.environment());
    builder.redirectOutput(Redirect.appendTo(launch.log().toFile()));
    try {
      ProcessHandle process = builder.start().toHandle();
      ProcessRecord entry =
          new ProcessRecord(
              launch.role(),
              ProcessIdentity.of(process),
              owner,
              launch.folder(),
              launch.port(),
              generation);
      run.add(entry);
      return entry;
    } catch (IOException e) {
      throw new DevServicesException("Cannot start " + command, e);
    }
  }

  void forget(ProcessRecord entry) {
    run.remove(entry);
  }

  /**
   * Runs a program to its end and gives what it printed.
   *
   * @throws DevServicesException with the output, if it fails or takes longer than two minutes
   */
  String run(String program, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.startsWith("/") ? program : root.find(program).orElse(program));
    command.addAll(arguments);
    try {
      Process process = builder(root.enter(command), environment).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new DevServicesException(command + " does not end; it printed: " + output);
      }
      if (process.exitValue() != 0) {
        throw new DevServicesException(
            "%s failed with status %d: %s".formatted(command, process.exitValue(), output));
      }
      return output;
    } catch (IOException e) {
      throw new DevServicesException("Cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevServicesException("Interrupted while running " + command, e);
    }
  }

  private ProcessBuilder builder(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command);
    // What the machine's own RabbitMQ is told must not reach a private one.
    builder.environment().keySet().removeIf(name -> name.startsWith("RABBITMQ_"));
    builder.environment().remove("NOTIFY_SOCKET");
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(Redirect.from(NOTHING));
    return builder;
  }

  /** A session of its own keeps Ctrl-C in the terminal from reaching the server. */
  private static List<String> ownSession() {
    ServerRoot machine = ServerRoot.machine(Path.of("/"));
    Optional<String> setsid = machine.find("setsid");
    return setsid.isPresent()
        ? List.of(setsid.get())
        : List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV");
  }
}
