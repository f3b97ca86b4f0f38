package dev.sluice.bench;

import dev.sluice.cli.Subcommand;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.Generation;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice bench}: measures Sluice beside a raw client in the same run. */
@Command(
    name = "bench",
    description =
        "Measures Sluice beside a raw client in the same run: alternating rounds, median, audit.",
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Subcommand {

  enum ScenarioName {
    enqueue,
    drain,
    codec
  }

  @Parameters(paramLabel = "SCENARIO", description = "One of: ${COMPLETION-CANDIDATES}.")
  private @Nullable ScenarioName scenario;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--tasks",
      defaultValue = "100000",
      description = "Tasks in each round (default ${DEFAULT-VALUE}).")
  private long tasks;

  @Option(
      names = "--url",
      defaultValue = "${env:SLUICE_BROKER_URL}",
      description = "RabbitMQ to use; without it a private one is started.")
  private @Nullable String url;

  @Option(
      names = "--servers",
      description = "Generation of the private server: ${COMPLETION-CANDIDATES}.")
  private Generation generation = Generation.BOOKWORM;

  @Option(names = "--json", description = "JSON lines on standard output, text on standard error.")
  private boolean json;

  /** 0 when nothing was lost or doubled, else 1; a missed target alone is 0. */
  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || tasks < 1) {
      System.err.println("--rounds and --tasks must be at least 1");
      return 2;
    }
    if (scenario == ScenarioName.codec) {
      printJson(CodecRun.measure(json ? System.err : System.out));
      return 0;
    }
    if (url != null) {
      return measure(url);
    }
    try (DevServices services =
        DevServices.start(ServiceOptions.of(ServiceKind.RABBIT).withGeneration(generation))) {
      return measure(services.rabbit().url());
    }
  }

  private int measure(String brokerUrl) throws Exception {
    PrintStream text = json ? System.err : System.out;
    try (BenchRig rig = new BenchRig(brokerUrl)) {
      text.println(Machine.describe());
      text.println(rig.broker().health().detail());
      Scenario measured =
          scenario == ScenarioName.enqueue
              ? EnqueueScenario.create(rig, tasks)
              : DrainScenario.create(rig, tasks);
      measured.remarks().forEach(text::println);
      List<Result> results = new Comparison(measured, rounds, text).run();
      print(measured, results, text);
      return results.stream().allMatch(r -> r.lost() == 0 && r.doubled() == 0) ? 0 : 1;
    }
  }

  private void print(Scenario measured, List<Result> results, PrintStream text) {
    text.printf(
        "%n%-10s %12s %25s %8s %8s %6s %6s%n",
        "subject", "median", "range", "cpu µs", "ratio", "lost", "double");
    for (Result result : results) {
      text.printf(
          "%-10s %,12.0f %,12.0f–%,12.0f %8.1f %8.2f %6d %6d%n",
          result.subject(),
          result.rate(),
          result.slowest(),
          result.fastest(),
          result.cpuMicros(),
          result.ratioToRaw(),
          result.lost(),
          result.doubled());
    }
    Result sluice = results.get(results.size() - 1);
    text.printf(
        "%s: %.2f of the raw client, target %.2f: %s%n",
        measured.name(),
        sluice.ratioToRaw(),
        measured.target(),
        sluice.ratioToRaw() >= measured.target() ? "met" : "missed");
    printJson(results.stream().map(Result::json).toList());
  }

  private void printJson(List<? extends Map<String, ?>> lines) {
    if (json) {
      lines.forEach(line -> System.out.println(JsonMapper.shared().writeValueAsString(line)));
    }
  }
}
