package dev.sluice.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
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
    subcommands = {TestCommand.class, CommandLine.HelpCommand.class},
    footer = {
      "",
      "Exit status: 0 what was promised holds, 1 it does not, 2 wrong usage.",
      "Settings come from sluice.yaml and SLUICE_* variables; each command says what it talks to."
    })
public final class Main implements Runnable {
  private final Map<String, String> environment;
  private final Path folder;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and print the stack of an error.")
  private boolean verbose;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets spec
  Main(Map<String, String> environment, Path folder) {
    this.environment = environment;
    this.folder = folder;
  }

  public static void main(String[] args) {
    Main main = new Main(System.getenv(), Path.of("").toAbsolutePath());
    System.exit(main.commandLine().execute(args));
  }

  /** The whole command line, those of other jars included. */
  CommandLine commandLine() {
    CommandLine line = new CommandLine(this);
    for (Subcommand added : ServiceLoader.load(Subcommand.class)) {
      line.addSubcommand(added);
    }
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(java.time.Duration.class, dev.sluice.settings.DurationText::parse)
        .setExecutionStrategy(
            parsed -> {
              Logging.configure(verbose);
              return new CommandLine.RunLast().execute(parsed);
            })
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

  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().usage(err);
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
  }
}
