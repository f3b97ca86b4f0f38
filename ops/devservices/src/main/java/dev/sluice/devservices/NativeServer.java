package dev.sluice.devservices;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs as a process of this machine, with the helper processes it needs.
 *
 * <p>Threading: safe, all calls are serialised.
 */
final class NativeServer implements Server {

  private final Spawner spawner;
  private final Launch main;
  private final List<Launch> helpers;
  private final List<ProcessRecord> livingHelpers = new ArrayList<>();
  private @Nullable ProcessRecord living;

  NativeServer(Spawner spawner, Launch main, List<Launch> helpers) {
    this.spawner = spawner;
    this.main = main;
    this.helpers = helpers;
  }

  @Override
  public synchronized void launch() {
    if (isRunning()) {
      return;
    }
    if (livingHelpers.isEmpty()) {
      helpers.forEach(helper -> livingHelpers.add(spawner.spawn(helper)));
    }
    living = spawner.spawn(main);
  }

  @Override
  public synchronized void terminate(Duration grace) {
    running().ifPresent(process -> process.process().end(grace));
    forget();
  }

  @Override
  public synchronized void kill() {
    running().ifPresent(process -> process.process().kill());
    forget();
  }

  @Override
  public synchronized void end() {
    kill();
    for (ProcessRecord helper : livingHelpers) {
      helper.process().kill();
      spawner.forget(helper);
    }
    livingHelpers.clear();
  }

  @Override
  public synchronized boolean isRunning() {
    return living != null && living.process().isAlive();
  }

  @Override
  public synchronized long pid() {
    return running()
        .map(process -> process.process().pid())
        .orElseThrow(
            () -> new DevServicesException(main.role() + " is not running; call start() first"));
  }

  @Override
  public String logTail() {
    return LogTail.of(main.log());
  }

  @Override
  public String run(String program, String... arguments) {
    return spawner.run(program, main.environment(), List.of(arguments));
  }

  private Optional<ProcessRecord> running() {
    return Optional.ofNullable(living);
  }

  private void forget() {
    running().ifPresent(spawner::forget);
    living = null;
  }

  /** The data folder of the server. */
  Path folder() {
    return main.folder();
  }
}
