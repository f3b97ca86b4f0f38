package dev.sluice.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice bench enqueue}. */
@Command(
    name = "enqueue",
    mixinStandardHelpOptions = true,
    description = "Confirmed enqueues beside a raw amqp-client.")
final class BenchEnqueue implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private TaskCount tasks = new TaskCount();

  @Override
  public Integer call() throws Exception {
    long count = tasks.count(options);
    try (BenchServers servers = BenchServers.rabbit(options);
        BenchRig rig = new BenchRig(servers.rabbitUrl())) {
      return Report.of(options, rig, EnqueueScenario.create(rig, count));
    }
  }
}
