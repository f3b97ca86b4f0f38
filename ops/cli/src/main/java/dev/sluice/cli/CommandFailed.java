package dev.sluice.cli;

import org.jspecify.annotations.Nullable;

/** A command could not do what it promised: one sentence with the next step, exit status 1. */
public final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailed(String sentence) {
    this(sentence, null);
  }

  public CommandFailed(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
