package dev.sluice.devservices;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** Whether a Docker engine answers. */
final class Docker {

  private Docker() {}

  /** Always true. */
  static boolean require() {
    if (!answers()) {
      throw new DevServicesException(
          "No Docker engine answers. Start one (docker info must succeed), or use the servers installed on this machine: unset SLUICE_TEST_ENGINE");
    }
    return true;
  }

  /** Quick and silent where there is no sign of an engine. */
  static boolean answers() {
    return hasSign(System.getenv()) && DockerClientFactory.instance().isDockerAvailable();
  }

  /** Testcontainers searches for seconds and logs an error, so it is asked only after this. */
  static boolean hasSign(Map<String, String> environment) {
    if (!environment.getOrDefault("DOCKER_HOST", "").isBlank()) {
      return true;
    }
    Path home = Path.of(environment.getOrDefault("HOME", "/"));
    return Stream.of(
            Optional.of(Path.of("/var/run/docker.sock")),
            Optional.of(home.resolve(".docker/run/docker.sock")),
            Optional.of(home.resolve(".testcontainers.properties")),
            Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
                .map(folder -> Path.of(folder, "docker.sock")))
        .flatMap(Optional::stream)
        .anyMatch(Files::exists);
  }
}
