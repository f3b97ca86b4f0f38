package dev.sluice.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;

/**
 * A server in a container of a local Docker engine; killed and started again it stays the same
 * container with the same port and data.
 *
 * <p>Threading: safe, all calls that change it are serialised.
 */
final class ContainerServer implements Server {

  private final GenericContainer<?> container;
  private final String name;
  private final Consumer<String> onMade;

  /**
   * @param onMade told the container's id when the container has been made
   */
  ContainerServer(String name, GenericContainer<?> container, Consumer<String> onMade) {
    this.name = name;
    this.container = container;
    this.onMade = onMade;
  }

  @Override
  public synchronized void launch() {
    if (container.getContainerId() == null) {
      container.start();
      onMade.accept(container.getContainerId());
    } else if (!isRunning()) {
      container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public synchronized void terminate(Duration grace) {
    if (isRunning()) {
      container
          .getDockerClient()
          .stopContainerCmd(container.getContainerId())
          .withTimeout((int) grace.toSeconds())
          .exec();
    }
  }

  @Override
  public synchronized void kill() {
    if (isRunning()) {
      container
          .getDockerClient()
          .killContainerCmd(container.getContainerId())
          .withSignal("KILL")
          .exec();
    }
  }

  @Override
  public synchronized void end() {
    container.stop();
  }

  @Override
  public boolean isRunning() {
    return container.isRunning();
  }

  @Override
  public long pid() {
    Long pid = isRunning() ? container.getCurrentContainerInfo().getState().getPidLong() : null;
    if (pid == null) {
      throw new DevServicesException(name + " is not running; call start() first");
    }
    return pid;
  }

  @Override
  public String logTail() {
    return container.getContainerId() == null ? "(no container was made)" : container.getLogs();
  }

  @Override
  public String run(String program, String... arguments) {
    try {
      String[] command =
          Stream.concat(Stream.of(program), Stream.of(arguments)).toArray(String[]::new);
      ExecResult result = container.execInContainer(command);
      if (result.getExitCode() != 0) {
        throw new DevServicesException(
            "%s failed in the container with status %d: %s%s"
                .formatted(program, result.getExitCode(), result.getStdout(), result.getStderr()));
      }
      return result.getStdout();
    } catch (IOException e) {
      throw new DevServicesException("Cannot run " + program + " in the container", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevServicesException("Interrupted while running " + program, e);
    }
  }
}
