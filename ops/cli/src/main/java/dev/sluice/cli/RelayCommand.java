package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.RelayProcess;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.loop.Loop;
import dev.sluice.outbox.OutboxRelay;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.QueueSpec;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice relay}. */
@Command(
    name = "relay",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes what is in spools, beside the processes that write them or after their end.",
      "A folder is a spool, or holds spools; new ones are found while it runs."
    })
final class RelayCommand implements Callable<Integer> {

  @Mixin private SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "FOLDER", description = "Spools, or folders of spools.", arity = "0..*")
  private List<Path> folders = List.of();

  @Option(
      names = "--exit",
      description = "End once everything there is published; 1 when not all is.")
  private boolean exit;

  @Option(names = "--outbox", description = "Relay the outbox of the database as well.")
  private boolean outbox;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Messages a second at most while catching up. Default: no limit.")
  private int rate;

  @Override
  public Integer call() throws InterruptedException {
    if (folders.isEmpty() && !outbox) {
      throw options.wrong("name the folder of a spool, or --outbox");
    }
    if (exit && outbox) {
      throw options.wrong("--exit is for spools: an outbox is never known to be empty");
    }
    SluiceSettings settings = options.load();
    Logging.ofProcess();
    StopSignal stop = StopSignal.install();
    try (Closing closing = new Closing()) {
      Function<String, QueueSpec> queues = new QueueSpecs(settings)::of;
      Map<String, Loop> others = new TreeMap<>();
      Broker broker = closing.add(options.brokerUnawaited(settings, "relay"));
      if (outbox) {
        others.put(
            "outbox-relay",
            new OutboxRelay(
                closing.add(options.database(settings)).dataSource(),
                broker,
                InstantSource.system(),
                queues));
      }
      RelayProcess process = new RelayProcess(settings, broker, folders, queues, rate);
      if (exit) {
        return process.drain(stop) ? 0 : 1;
      } else {
        process.run(stop, others);
      }
    }
    return 0;
  }
}
