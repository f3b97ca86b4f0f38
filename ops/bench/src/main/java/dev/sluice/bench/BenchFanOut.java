package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import dev.sluice.timelines.TimelineOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench fanout}. */
@Command(
    name = "fanout",
    mixinStandardHelpOptions = true,
    description =
        "A post brought to the timelines of all followers, from its task to the last of them,"
            + " beside a pipeline of plain Jedis that knows them already.")
final class BenchFanOut implements Callable<Integer> {
  /** Full timelines take 3 KB each. */
  private static final int MOST_FULL = 1_000_000;

  private static final int MOST = 50_000_000;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--recipients",
      split = ",",
      paramLabel = "N",
      defaultValue = "400000",
      description = "Followers, one run for each number (default ${DEFAULT-VALUE}).")
  private List<Integer> recipients = new ArrayList<>();

  @Option(
      names = "--timelines",
      defaultValue = "EMPTY",
      description =
          "EMPTY, or FULL: each timeline has reached its cap, so that every post pushes one out"
              + " (default ${DEFAULT-VALUE}).")
  private Fill timelines = Fill.EMPTY;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting of the worker's module, for example timelines.chunk=2000.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--flight",
      paramLabel = "FILE",
      description = "Flight recording of the worker, for JDK Mission Control or `jfr`.")
  private @Nullable String flight;

  /** What timelines hold before the first post. */
  enum Fill {
    EMPTY,
    FULL
  }

  @Override
  public Integer call() throws Exception {
    List<Integer> sizes = recipients.stream().sorted().distinct().toList();
    int most = sizes.get(sizes.size() - 1);
    options.atLeastOne("--recipients", sizes.get(0));
    if (most > MOST) {
      throw options.wrong("--recipients must be at most " + MOST + ", is " + most);
    }
    if (timelines == Fill.FULL && most > MOST_FULL) {
      throw options.wrong(
          "--timelines=full takes 3 KB of memory for each of --recipients, which must be at most "
              + MOST_FULL);
    }
    int cap = TimelineOptions.of("", settings).cap();
    try (BenchServers servers = BenchServers.withTimelines(options);
        FanOutRig rig = FanOutRig.start(servers, cap)) {
      rig.load(sizes, timelines == Fill.FULL, options.text());
      try (FanOutWorker worker = FanOutWorker.start(servers, rig.folder(), settings, flight)) {
        return new FanOutRun(rig, worker, options).run(sizes, timelines == Fill.FULL);
      }
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(e.getMessage(), e);
    }
  }
}
