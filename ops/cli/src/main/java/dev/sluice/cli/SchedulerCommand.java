package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.SchedulerProcess;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice scheduler}. */
@Command(
    name = "scheduler",
    mixinStandardHelpOptions = true,
    description = {
      "Fires the periodic jobs of sluice.yaml and the built-in ones; each firing enqueues a task.",
      "Any number may run on one database: every firing still enqueues one task."
    })
final class SchedulerCommand implements Callable<Integer> {

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
      new SchedulerProcess(settings, broker, database).run(stop);
    }
    return 0;
  }
}
