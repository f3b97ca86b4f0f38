package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.LateDatabase;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.cli.process.WorkerProcess;
import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.settings.WorkerSettings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice worker}. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the handlers of Sluice's own modules and of the jars in a folder.",
      "SIGTERM or Ctrl-C: takes nothing new, finishes what runs within worker.shutdownDeadline,"
          + " gives the rest back. A second one: ends at once."
    })
final class WorkerCommand implements Callable<Integer> {

  @Option(
      names = "--lib",
      paramLabel = "DIR",
      description = "Folder of jars with task modules (dev.sluice.worker.TaskModule).")
  private @Nullable Path lib;

  @Option(
      names = "--queues",
      split = ",",
      paramLabel = "QUEUE",
      description =
          "Queues to consume, without the namespace. Default: worker.queues, else the queues of"
              + " every task type that has a handler.")
  private List<String> queues = List.of();

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Attempts that run at once, for each queue.")
  private @Nullable Integer concurrency;

  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws InterruptedException {
    SluiceSettings settings = settings();
    Logging.ofProcess();
    StopSignal stop = StopSignal.install();
    try (Closing closing = new Closing()) {
      Optional<Database> database = Optional.empty();
      if (settings.database().url().isPresent()) {
        database = Optional.of(closing.add(options.database(settings)));
        database.get().migrate();
      } else if (!settings.databases().isEmpty()) {
        throw new CommandFailed(
            "databases need the main one beside them, for dead tasks: set database.url in"
                + " sluice.yaml or SLUICE_DATABASE_URL");
      } else {
        options.say("no database: tasks run at least once, dead tasks stay in their queue");
      }
      Map<String, DataSource> named = new LinkedHashMap<>();
      for (String name : settings.databases().keySet()) {
        named.put(name, named(settings, name, closing));
      }
      settings.redis().url().ifPresent(url -> options.say("redis " + url));
      Broker broker = closing.add(options.brokerUnawaited(settings, "worker"));
      new WorkerProcess(settings, broker, database, named, lib).run(stop);
    }
    return 0;
  }

  /** Opens a named database; while it is away, its tasks wait, and no others. */
  private DataSource named(SluiceSettings settings, String name, Closing closing) {
    LateDatabase database = closing.add(options.lateDatabase(settings, name));
    try {
      database.dataSource().getConnection().close();
    } catch (SQLException e) {
      options.say("databases." + name + " is away, its tasks wait: " + e.getMessage());
    }
    return database.dataSource();
  }

  private SluiceSettings settings() {
    SluiceSettings settings = options.load();
    WorkerSettings worker = settings.worker();
    if (concurrency != null) {
      if (concurrency < 1 || concurrency > 10_000) {
        throw options.wrong("--concurrency must be 1 to 10000, is " + concurrency);
      }
      worker = worker.concurrency(concurrency);
    }
    return settings.worker(queues.isEmpty() ? worker : worker.consuming(queues));
  }
}
