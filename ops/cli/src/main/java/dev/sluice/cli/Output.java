package dev.sluice.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a command prints: what it was asked for, and what it has to say to people beside that. */
// The mark that picocli wants of a mixin without options.
@Command
class Output {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** Prints what the command was asked for. */
  public void print(String text) {
    out().println(text);
    out().flush();
  }

  /** Prints a line for people. */
  public void say(String line) {
    command().commandLine().getErr().println("sluice: " + line);
    command().commandLine().getErr().flush();
  }

  /** Wrong usage, exit status 2. */
  public ParameterException wrong(String sentence) {
    return new ParameterException(command().commandLine(), sentence);
  }

  /** Where the command prints what it was asked for. */
  PrintWriter out() {
    return command().commandLine().getOut();
  }

  /** The command that this one is part of. */
  Main main() {
    return (Main) command().root().userObject();
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("used outside a command");
    }
    return spec;
  }
}
