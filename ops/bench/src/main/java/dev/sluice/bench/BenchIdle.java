package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench idle}. */
@Command(
    name = "idle",
    mixinStandardHelpOptions = true,
    description = "What a whole worker process takes of processor and database with nothing to do.")
final class BenchIdle implements Callable<Integer> {
  private static final double CPU_TARGET = 1;
  private static final double QUERY_TARGET = 1;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "Length of a round (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--settle",
      defaultValue = "40",
      paramLabel = "SECONDS",
      description = "How long the worker is left alone after its start (default ${DEFAULT-VALUE}).")
  private int settle;

  @Option(
      names = "--folder",
      defaultValue = "${env:SLUICE_FOLDER:-.sluice}",
      description = "Where files for the run are made and deleted (default ${DEFAULT-VALUE}).")
  private Path folder = Path.of(".sluice");

  /** Of one round: percent of a core, queries a second, bytes of memory. */
  private record Idle(double cpu, double queries, long resident) {}

  @Override
  public Integer call() throws Exception {
    options.atLeastOne("--seconds", seconds);
    options.atLeastOne("--settle", settle);
    List<Idle> rounds = new ArrayList<>();
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.printf(
        "`sluice worker` with the timeline modules, its outbox relay, archiver, truncations and"
            + " control bus, heap of %d MB; settled for %d s, then rounds of %d s%n",
        FanOutWorker.HEAP_MEGABYTES, settle, seconds);
    text.println("queries: the database server's own count (Questions), this reading left out");
    try (Scratch scratch = Scratch.in(folder);
        BenchServers servers = BenchServers.withTimelines(options);
        Connection connection = GovernedSession.connect(servers);
        FanOutWorker worker = FanOutWorker.start(servers, scratch.folder(), Map.of(), null)) {
      // It answers once it is up.
      worker.figures();
      TimeUnit.SECONDS.sleep(settle);
      for (int round = 1; round <= options.rounds(); round++) {
        Idle idle = measure(worker, connection);
        rounds.add(idle);
        text.printf(
            "round %d  %.2f %% of a core, %.2f queries/s, %d MB resident%n",
            round, idle.cpu(), idle.queries(), idle.resident() >> 20);
      }
      if (!worker.isAlive()) {
        throw new CommandFailed("the worker ended:%n%s".formatted(worker.logTail()));
      }
    }
    report(rounds, text);
    return 0;
  }

  private Idle measure(FanOutWorker worker, Connection connection) throws Exception {
    worker.figures();
    long before = questions(connection);
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double took = System.nanoTime() - start;
    long cpu = worker.figures().cpuNanos();
    // One of them is this very question.
    long asked = questions(connection) - before - 1;
    return new Idle(100.0 * cpu / took, asked / (took / 1e9), worker.residentBytes());
  }

  private static long questions(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Questions'")) {
      row.next();
      return row.getLong(2);
    }
  }

  private void report(List<Idle> rounds, PrintStream text) throws Exception {
    double cpu = Medians.of(rounds, Idle::cpu);
    double queries = Medians.of(rounds, Idle::queries);
    text.printf(
        "idle: %.2f %% of a core, target below %.0f: %s; %.2f queries/s, target %.0f: %s%n",
        cpu,
        CPU_TARGET,
        cpu < CPU_TARGET ? "met" : "missed",
        queries,
        QUERY_TARGET,
        queries <= QUERY_TARGET ? "met" : "missed");
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("scenario", "idle");
    line.put("subject", "sluice");
    line.put("rate", hundredths(queries));
    line.put("unit", "queries/s");
    line.put("p50_us", null);
    line.put("p99_us", null);
    line.put("p999_us", null);
    line.put("ratio_to_raw", null);
    line.put("rounds", rounds.size());
    line.put("lost", 0);
    line.put("double", 0);
    line.put("cpu_percent", hundredths(cpu));
    line.put("cpu_percent_max", hundredths(rounds.stream().mapToDouble(Idle::cpu).max().orElse(0)));
    line.put("rss_mb", rounds.get(rounds.size() - 1).resident() >> 20);
    options.printJson(List.of(line));
  }

  private static double hundredths(double figure) {
    return Math.round(figure * 100) / 100.0;
  }
}
