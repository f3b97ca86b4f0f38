package dev.sluice.bench;

import dev.sluice.bench.load.Pace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench spool}. */
@Command(
    name = "spool",
    mixinStandardHelpOptions = true,
    description = {
      "Enqueues through a spool at a steady rate, beside a bare file append and an empty loop.",
      "With --outage: RabbitMQ is stopped in between, and a producer with a small heap goes on."
    })
final class BenchSpool implements Callable<Integer> {
  private static final int STEADY_RATE = 5000;
  private static final int OUTAGE_RATE = 2000;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--rate", description = "Enqueues a second (default 5000, with --outage 2000).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description =
          "Length of a round; with --outage, of the time before it and of that after it (default"
              + " ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads that enqueue (default ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--folder",
      defaultValue = "${env:SLUICE_FOLDER:-.sluice}",
      description = "Where the spools are made and deleted again (default ${DEFAULT-VALUE}).")
  private Path folder = Path.of(".sluice");

  @Option(names = "--mvstore", description = "H2's MVStore too, with a commit for each message.")
  private boolean mvStore;

  @Option(
      names = "--outage",
      paramLabel = "SECONDS",
      description = "Stops RabbitMQ for so long; once, instead of the rounds.")
  private int outage;

  @Override
  public Integer call() throws Exception {
    options.atLeastOne("--seconds", seconds);
    options.atLeastOne("--threads", threads);
    if (outage == 0) {
      return steady(new Pace(rate == 0 ? STEADY_RATE : rate, Duration.ofSeconds(seconds)));
    }
    options.atLeastOne("--outage", outage);
    if (options.url() != null) {
      throw options.wrong(
          "--outage stops the RabbitMQ: leave out --url and SLUICE_BROKER_URL for a private one");
    }
    try (BenchServers servers = BenchServers.rabbit(options);
        Scratch scratch = Scratch.in(folder)) {
      return new OutageScenario(
              servers.privateRabbit(), scratch, rate == 0 ? OUTAGE_RATE : rate, seconds, outage)
          .run(options);
    }
  }

  private int steady(Pace pace) throws Exception {
    try (BenchServers servers = BenchServers.rabbit(options);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Scratch scratch = Scratch.in(folder)) {
      return new SpoolScenario(rig, scratch, pace, threads).run(options, mvStore);
    }
  }
}
