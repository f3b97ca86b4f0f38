package dev.sluice.cli.demo;

import dev.sluice.cli.process.StopSignal;
import dev.sluice.devservices.Generation;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.settings.EnvFile;
import dev.sluice.settings.SluiceSettings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the whole system on a follower graph: posts are enqueued, written to the database and"
          + " fanned out to the Redis timelines of all followers.",
      "Exit status 0: nothing was lost, nothing applied twice, every timeline is as it must be."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int MOST_POSTS = 1_000_000;

  @Option(
      names = "--posts",
      paramLabel = "N",
      defaultValue = "500",
      description = "Posts to publish. Default: ${DEFAULT-VALUE}.")
  private int posts;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Users of the generated graph. Default: ${DEFAULT-VALUE}.")
  private int users;

  @Option(
      names = "--graph",
      paramLabel = "FILE",
      description = "Edge list as SNAP has them, plain or gzip: `A B` means that A follows B.")
  private @Nullable Path graph;

  @Option(names = "--undirected", description = "Each edge of the file holds both ways.")
  private boolean undirected;

  @Option(names = "--seed", paramLabel = "N", description = "Of graph and posts. Default: random.")
  private @Nullable Long seed;

  @Option(
      names = "--services",
      description =
          "On RabbitMQ, MySQL or MariaDB, and Redis, with the worker in a process of its own:"
              + " those of SLUICE_*_URL or of `sluice up`, else servers started for the demo.")
  private boolean services;

  @Option(
      names = "--redis-cluster",
      description = "With --services: start servers, Redis as a cluster of six nodes.")
  private boolean redisCluster;

  @Option(
      names = "--servers",
      paramLabel = "GENERATION",
      description = "With --services: start servers of bookworm, trixie or sid.")
  private @Nullable String servers;

  @Option(names = "--exit", description = "End when all is done. Default: run until Ctrl-C.")
  private boolean exit;

  @Option(names = "--json", description = "The summary as one line of JSON on standard output.")
  private boolean json;

  @Option(
      names = "--kill-worker",
      paramLabel = "N",
      defaultValue = "0",
      description = "With --services: kill -9 the worker process N times on the way.")
  private int killWorker;

  @Option(names = "--restart-broker", description = "With --services: restart RabbitMQ on the way.")
  private boolean restartBroker;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    DemoOptions options = options();
    CommandLine line = spec().commandLine();
    PrintWriter out = line.getOut();
    Progress progress = new Progress(line.getErr(), System.console() != null);
    try (DemoServers running = servers(options)) {
      Demo demo = new Demo(options, progress, json ? line.getErr() : out);
      DemoRun.Result result = demo.run(running, DemoCommand::untilStopped);
      if (json) {
        out.println(result.summary().json());
        out.flush();
      }
      return result.holds() ? 0 : 1;
    }
  }

  private DemoOptions options() {
    require(posts >= 1 && posts <= MOST_POSTS, "--posts must be 1 to " + MOST_POSTS);
    require(users >= 2, "--users must be at least 2");
    require(killWorker >= 0, "--kill-worker must not be negative");
    require(
        services || (killWorker == 0 && !restartBroker && servers == null && !redisCluster),
        "--kill-worker, --restart-broker, --redis-cluster and --servers need --services");
    require(graph != null || !undirected, "--undirected needs --graph");
    return new DemoOptions(
        graph,
        undirected,
        users,
        posts,
        seed != null ? seed : ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE),
        services,
        redisCluster,
        generation(),
        exit,
        json,
        killWorker,
        restartBroker);
  }

  private @Nullable Generation generation() {
    try {
      return servers == null ? null : Generation.named(servers);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec().commandLine(), e.getMessage(), e);
    }
  }

  private static DemoServers servers(DemoOptions options) {
    if (!options.services()) {
      return new EmbeddedServers();
    }
    if (options.servers() != null || options.redisCluster()) {
      ServiceOptions all = ServiceOptions.all();
      return RealServers.start(
          options.servers() == null ? all : all.withGeneration(options.servers()),
          options.redisCluster());
    }
    SluiceSettings named = named();
    return named.namesServices()
        ? RealServers.named(named)
        : RealServers.start(ServiceOptions.all(), false);
  }

  /** What the environment names, else what `sluice up` has started. */
  private static SluiceSettings named() {
    Map<String, String> environment = System.getenv();
    SluiceSettings named = SluiceSettings.load(null, environment);
    String folder = environment.getOrDefault("SLUICE_FOLDER", ".sluice");
    Path started = Path.of(folder, "env");
    return named.namesServices() || !Files.exists(started)
        ? named
        : SluiceSettings.load(null, EnvFile.read(started));
  }

  /** Until then Ctrl-C ends the process at once, with everything that it started. */
  private static void untilStopped() {
    try {
      StopSignal.install().await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void require(boolean holds, String sentence) {
    if (!holds) {
      throw new CommandLine.ParameterException(spec().commandLine(), sentence);
    }
  }

  private CommandLine.Model.CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("used outside a command");
    }
    return spec;
  }
}
