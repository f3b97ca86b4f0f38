package dev.sluice.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice bench drain}. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description = "A full queue, drained by a handler that does nothing, beside a raw consumer.")
final class BenchDrain implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private TaskCount tasks = new TaskCount();

  @Override
  public Integer call() throws Exception {
    long count = tasks.count(options);
    try (BenchServers servers = BenchServers.rabbit(options);
        BenchRig rig = new BenchRig(servers.rabbitUrl())) {
      return Report.of(options, rig, DrainScenario.create(rig, count));
    }
  }
}
