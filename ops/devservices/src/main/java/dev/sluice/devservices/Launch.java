package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start one native process.
 *
 * @param role what it is: rabbit, database, redis or epmd
 * @param command program and arguments
 * @param environment variables set beside the inherited ones
 * @param folder its data folder
 * @param port where it listens
 */
record Launch(
    String role, List<String> command, Map<String, String> environment, Path folder, int port) {

  /** The role of Erlang's port mapper, the only process that merely helps another. */
  static final String EPMD = "epmd";

  /** Everything it prints. */
  Path log() {
    return folder.resolve(role + ".log");
  }
}
