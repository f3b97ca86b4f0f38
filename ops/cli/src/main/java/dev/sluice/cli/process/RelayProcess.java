package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.loop.Loop;
import dev.sluice.loop.LoopRunner;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.spool.SpoolException;
import dev.sluice.spool.SpoolRelay;
import dev.sluice.spool.SpoolView;
import dev.sluice.topology.QueueSpec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of {@code sluice relay}: drains spools whose writers are other processes, alive or
 * dead. A spool that another relay is at work in is left to it, and taken over when that one ends.
 *
 * <p>Threading: one loop finds spools, each spool has a loop of its own.
 */
public final class RelayProcess {
  private static final Logger log = LoggerFactory.getLogger(RelayProcess.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final SluiceSettings settings;
  private final Broker broker;
  private final List<Path> folders;
  private final SpoolRelay.Options options;
  private final Map<Path, Relaying> relays = new TreeMap<>();
  private final Map<Path, String> leftAlone = new TreeMap<>();

  private record Relaying(SpoolRelay relay, LoopRunner loop) {}

  /**
   * A process that is not running yet.
   *
   * @param folders spools, or folders that hold spools; they need not exist yet
   * @param rate messages a second at most while a spool is caught up on; 0 for no limit
   */
  public RelayProcess(
      SluiceSettings settings,
      Broker broker,
      List<Path> folders,
      Function<String, QueueSpec> queues,
      int rate) {
    this.settings = settings;
    this.broker = broker;
    this.folders = folders;
    SpoolRelay.Options defaults = SpoolRelay.Options.DEFAULTS;
    options = new SpoolRelay.Options(queues, rate, defaults.rest(), defaults.clock());
  }

  /**
   * Runs until {@code stop} is asked for.
   *
   * @param others loops that run along, by name
   */
  public void run(StopSignal stop, Map<String, Loop> others) throws InterruptedException {
    Health health = new Health();
    List<LoopRunner> running = new ArrayList<>();
    try (ProcessMetrics metrics = new ProcessMetrics("relay");
        ProcessEndpoint endpoint =
            ProcessEndpoint.start(settings.http(), metrics.registry(), health)) {
      log.info("metrics and health on {}", endpoint.address());
      ServerChecks.add(health, settings, broker, Optional.empty());
      SpoolGauges gauges = new SpoolGauges(metrics.registry());
      others.forEach((name, loop) -> running.add(LoopRunner.start(name, loop)));
      running.add(
          LoopRunner.start(
              "spool-finder",
              () -> {
                look();
                gauges.sample(open());
                return LOOK;
              }));
      stop.await();
    } finally {
      running.forEach(LoopRunner::close);
      end();
    }
  }

  /**
   * Drains every spool that is there now, then ends.
   *
   * @return whether all of it is published; what was set aside is not counted
   */
  public boolean drain(StopSignal stop) throws InterruptedException {
    try {
      look();
      for (Relaying relaying : List.copyOf(relays.values())) {
        while (!relaying.relay().progress().awaitDrained(LOOK)) {
          if (stop.requested()) {
            return false;
          }
        }
      }
      return leftAlone.isEmpty();
    } finally {
      end();
    }
  }

  /** Starts a relay for each spool that has none. */
  private synchronized void look() {
    giveUpVanished();
    for (Path folder : found()) {
      if (relays.containsKey(folder)) {
        continue;
      }
      try {
        SpoolRelay relay = SpoolRelay.open(folder, broker, options);
        relays.put(folder, new Relaying(relay, LoopRunner.start("relay-" + folder, relay)));
        leftAlone.remove(folder);
        log.info("relaying {}", folder);
      } catch (SpoolException e) {
        leftAlone(folder, String.valueOf(e.getMessage()));
      }
    }
  }

  /** Else this process would have the role of relay in a folder that may be made anew. */
  private void giveUpVanished() {
    for (Map.Entry<Path, Relaying> each : List.copyOf(relays.entrySet())) {
      if (!each.getValue().relay().holdsFolder()) {
        relays.remove(each.getKey());
        end(each.getKey(), each.getValue());
        log.warn("{} or its lock file was deleted: it is relayed no longer", each.getKey());
      }
    }
  }

  private List<Path> found() {
    List<Path> spools = new ArrayList<>();
    for (Path folder : folders) {
      if (SpoolView.isSpool(folder)) {
        spools.add(folder);
      } else if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, SpoolView::isSpool)) {
          entries.forEach(spools::add);
        } catch (IOException e) {
          leftAlone(folder, "it cannot be read: " + e);
        }
      }
    }
    return spools;
  }

  private void leftAlone(Path folder, String why) {
    if (!why.equals(leftAlone.put(folder, why))) {
      log.info("{} is left alone: {}", folder, why);
    }
  }

  private synchronized Map<Path, SpoolRelay> open() {
    Map<Path, SpoolRelay> all = new TreeMap<>();
    relays.forEach((folder, relaying) -> all.put(folder, relaying.relay()));
    return all;
  }

  private synchronized void end() {
    relays.forEach(
        (folder, relaying) -> {
          if (!end(folder, relaying)) {
            return;
          }
          SpoolView left = new SpoolView(folder);
          try {
            log.info(
                "{}: {} messages relayed, {} left, {} parked",
                folder,
                relaying.relay().progress().relayed(),
                left.waiting(),
                left.parked());
          } catch (IOException e) {
            log.warn("{} cannot be read: {}", folder, e.toString());
          }
        });
    relays.clear();
  }

  /** Whether it ended in order. */
  private static boolean end(Path folder, Relaying relaying) {
    relaying.loop().close();
    try {
      relaying.relay().close();
      return true;
    } catch (IOException e) {
      log.warn("the relay of {} could not be closed: {}", folder, e.toString());
      return false;
    }
  }
}
