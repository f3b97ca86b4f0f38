package dev.sluice.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code celery} of the machine, against one broker. */
final class CeleryClient {
  /** Without replies Celery ends with the status of EX_UNAVAILABLE. */
  static final int NOBODY_REPLIED = 69;

  private static final int NO_SUCH_COMMAND = 127;
  private static final JsonMapper JSON = new JsonMapper();

  private final String url;

  CeleryClient(String url) {
    this.url = url;
  }

  /** How a command ended. */
  record Ended(int status, String output) {

    /** Its output as JSON; fails when the command did. */
    JsonNode json() {
      assertThat(status).as(output).isZero();
      return JSON.readTree(
          output
              .lines()
              .filter(l -> l.startsWith("{") || l.startsWith("["))
              .findFirst()
              .orElse(output));
    }
  }

  Ended run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "celery", "-b", url, "--no-color"));
    command.addAll(List.of(arguments));
    return ended(command);
  }

  /** Runs a script of Python's with the broker's URL and {@code argument}; gives its output. */
  String python(String script, String argument) throws Exception {
    Ended ended = ended(List.of("env", "python3", "-c", script, url, argument));
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }

  private static Ended ended(List<String> command) throws Exception {
    Process process = start(command);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
      assertThat(process.exitValue())
          .as("this test needs celery: apt-get install --no-install-recommends celery; " + output)
          .isNotEqualTo(NO_SUCH_COMMAND);
      return new Ended(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Another Python in front of Debian's does not have Debian's library.
    builder.environment().merge("PATH", "/usr/bin:/bin", (path, debian) -> debian + ":" + path);
    builder.environment().put("PYTHONIOENCODING", "utf-8");
    return builder.start();
  }
}
