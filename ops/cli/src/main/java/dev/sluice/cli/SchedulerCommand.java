package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.SchedulerProcess;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice scheduler}. */
@Command(
    name = "scheduler",
    mixinStandardHelpOptions = true,
    description = {
      "Fires the periodic jobs of sluice.yaml and the built-in ones; each firing enqueues a task.",
      "Any number may run on one database: every firing still enqueues one task.",
      "Jobs that change in sluice.yaml are taken over within seconds, without a restart."
    })
final class SchedulerCommand implements Callable<Integer> {

  @Option(
      names = "--lib",
      paramLabel = "DIR",
      description =
          "Folder of jars with task modules, as of sluice worker: their tasks are known, and a job"
              + " with a task that is not known is warned of.")
  private @Nullable Path lib;

  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws InterruptedException {
    SluiceSettings settings = options.load();
    Logging.ofProcess();
    StopSignal stop = StopSignal.install();
    try (Closing closing = new Closing()) {
      Database database = closing.add(options.database(settings));
      database.migrate();
      Broker broker = closing.add(options.brokerUnawaited(settings, "scheduler"));
      new SchedulerProcess(options.source(), settings, broker, database, lib).run(stop);
    }
    return 0;
  }
}
