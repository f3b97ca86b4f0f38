package dev.sluice.cli;

import java.util.concurrent.Callable;

/**
 * A command that another jar adds to {@code sluice}, found by {@link java.util.ServiceLoader}; its
 * class carries picocli's {@code @Command}. It returns the exit status.
 */
public interface Subcommand extends Callable<Integer> {}
