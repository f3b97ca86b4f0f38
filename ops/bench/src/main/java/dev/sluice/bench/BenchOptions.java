package dev.sluice.bench;

import dev.sluice.devservices.Generation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What every scenario is told, and where it prints. */
@Command
final class BenchOptions {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--url",
      defaultValue = "${env:SLUICE_BROKER_URL}",
      description = "RabbitMQ to use; without it a private one is started.")
  private @Nullable String url;

  @Option(
      names = "--servers",
      description = "Generation of the private servers: ${COMPLETION-CANDIDATES}.")
  private Generation generation = Generation.BOOKWORM;

  @Option(names = "--json", description = "JSON lines on standard output, text on standard error.")
  private boolean json;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Writes the lines of --json to a file as CSV, one column for each key.")
  private @Nullable Path csv;

  int rounds() {
    return atLeastOne("--rounds", rounds);
  }

  /** The RabbitMQ that was named; null for a private one. */
  @Nullable String url() {
    return url;
  }

  Generation generation() {
    return generation;
  }

  /** Where people read. */
  PrintStream text() {
    return json ? System.err : System.out;
  }

  /** Prints and writes the machine-readable lines, if they are wanted. */
  void printJson(List<? extends Map<String, ?>> lines) throws IOException {
    if (csv != null) {
      Files.writeString(csv, Csv.of(lines), StandardCharsets.UTF_8);
    }
    if (json) {
      lines.forEach(line -> System.out.println(JsonMapper.shared().writeValueAsString(line)));
    }
  }

  /** The number, if it is above 0. */
  int atLeastOne(String option, int number) {
    if (number < 1) {
      throw wrong(option + " must be at least 1, is " + number);
    }
    return number;
  }

  /** Wrong usage, exit status 2. */
  ParameterException wrong(String sentence) {
    if (spec == null) {
      throw new IllegalStateException("used outside a command");
    }
    return new ParameterException(spec.commandLine(), sentence);
  }
}
