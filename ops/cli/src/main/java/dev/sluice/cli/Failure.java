package dev.sluice.cli;

import dev.sluice.broker.BrokerException;
import dev.sluice.database.DatabaseUnavailable;
import dev.sluice.devservices.DevServicesException;
import dev.sluice.producer.EnqueueException;
import dev.sluice.scheduler.SchedulerFailed;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SettingsException;
import dev.sluice.spool.SpoolException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person what went wrong in one sentence, and the exit status. */
final class Failure {

  private Failure() {}

  static int report(Exception error, PrintWriter err, boolean verbose) {
    err.println("sluice: " + MaskedUrl.mask(sentence(error)));
    if (verbose) {
      error.printStackTrace(err);
    } else if (!expected(error)) {
      err.println("sluice: --verbose prints where it happened");
    }
    err.flush();
    return error instanceof SettingsException ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** What is wrong with the words of the command, and where it is explained. */
  static int usage(ParameterException error) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("sluice: " + error.getMessage());
    if (String.valueOf(error.getMessage()).startsWith("Missing required subcommand")) {
      command.usage(err);
      return ExitCode.USAGE;
    }
    UnmatchedArgumentException.printSuggestions(error, err);
    err.println("sluice: see " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE;
  }

  private static String sentence(Exception error) {
    String message = String.valueOf(error.getMessage());
    return expected(error) ? message : error.getClass().getSimpleName() + ": " + message;
  }

  /** Whether the message is made for people. */
  private static boolean expected(Exception error) {
    return error instanceof CommandFailed
        || error instanceof SettingsException
        || error instanceof BrokerException
        || error instanceof EnqueueException
        || error instanceof SpoolException
        || error instanceof SchedulerFailed
        || error instanceof IllegalArgumentException
        || error instanceof DatabaseUnavailable
        || error instanceof DevServicesException;
  }
}
