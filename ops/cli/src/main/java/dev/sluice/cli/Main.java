package dev.sluice.cli;

import dev.sluice.cli.demo.DemoCommand;
import dev.sluice.settings.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code sluice}. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "An asynchronous write queue for the JVM on Celery's wire protocol.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      EnqueueCommand.class,
      QueuesCommand.class,
      DeadCommand.class,
      OutboxCommand.class,
      OrderCommand.class,
      FanOutsCommand.class,
      WorkerCommand.class,
      SchedulerCommand.class,
      ScheduleCommand.class,
      GatewayCommand.class,
      RelayCommand.class,
      SpoolCommand.class,
      TestCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Exit status: 0 what was promised holds, 1 it does not, 2 wrong usage.",
      "Settings come from sluice.yaml and SLUICE_* variables; each command says what it talks to."
    })
public final class Main {
  private final Map<String, String> environment;
  private final Path folder;
  private final Servers servers;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and print the stack of an error.")
  private boolean verbose;

  Main(Map<String, String> environment, Path folder, Servers servers) {
    this.environment = environment;
    this.folder = folder;
    this.servers = servers;
  }

  public static void main(String[] args) {
    Main main = new Main(System.getenv(), Path.of("").toAbsolutePath(), new NamedServers());
    System.exit(main.commandLine().execute(args));
  }

  /** The whole command line, those of other jars included. */
  CommandLine commandLine() {
    CommandLine line = new CommandLine(this);
    for (Subcommand added : ServiceLoader.load(Subcommand.class)) {
      line.addSubcommand(added);
    }
    if (!line.getSubcommands().containsKey("bench")) {
      line.addSubcommand(new BenchHint());
      line.addSubcommand(new LoadHint());
    }
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Duration.class, DurationText::parse)
        .setExecutionStrategy(
            parsed -> {
              Logging.configure(verbose);
              return new CommandLine.RunLast().execute(parsed);
            })
        .setParameterExceptionHandler((error, arguments) -> Failure.usage(error))
        .setExecutionExceptionHandler(
            (error, command, parsed) -> Failure.report(error, command.getErr(), verbose));
  }

  /** The variables of the process. */
  Map<String, String> environment() {
    return environment;
  }

  /** The working directory. */
  Path folder() {
    return folder;
  }

  /** What opens servers. */
  Servers servers() {
    return servers;
  }
}
