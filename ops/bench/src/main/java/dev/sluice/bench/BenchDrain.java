package dev.sluice.bench;

import dev.sluice.bench.peers.Celery;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench drain}. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description =
        "A full queue, drained by a handler that does nothing, beside a raw consumer and peers.")
final class BenchDrain implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private TaskCount tasks = new TaskCount();
  @Mixin private SubjectChoice choice = new SubjectChoice();

  @Option(
      names = "--folder",
      defaultValue = "${env:SLUICE_FOLDER:-.sluice}",
      description = "Where files for the run are made and deleted (default ${DEFAULT-VALUE}).")
  private Path folder = Path.of(".sluice");

  @Override
  public Integer call() throws Exception {
    long count = tasks.count(options);
    try (Scratch scratch = Scratch.in(folder);
        BenchServers servers = BenchServers.rabbit(options);
        BenchRig rig = new BenchRig(servers.rabbitUrl())) {
      return Report.of(
          options,
          rig,
          DrainScenario.create(rig, count, choice, new Celery(rig.url(), scratch.folder())));
    }
  }
}
