package dev.sluice.bench;

import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import java.util.List;
import java.util.Map;

/** A full queue is drained by a handler that does nothing. */
final class DrainScenario {
  static final int PREFETCH = 500;
  private static final int CONCURRENCY = 8;

  private DrainScenario() {}

  static Scenario create(BenchRig rig, long tasks) throws Exception {
    String probe = "bench.drain.perf-test";
    rig.fill(probe, tasks);
    double perfTest = new PerfTest(rig.url()).consume(probe, tasks, PREFETCH);
    rig.delete(probe);
    return new Scenario(
        "drain",
        "tasks/s",
        Target.ratio(0.7),
        List.of(new Raw(rig, tasks), new Sluice(rig, tasks)),
        List.of(
            "%,d tasks a round, 1 KB, quorum queue, prefetch %d; Sluice with %d threads"
                .formatted(tasks, PREFETCH, CONCURRENCY),
            "raw: amqp-client, the same messages, ack every 50",
            "PerfTest (the same messages, ack every 50): %,.0f messages/s".formatted(perfTest)),
        Map.of());
  }

  private record Raw(BenchRig rig, long tasks) implements Subject {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public Round run(int round) throws Exception {
      String queue = "bench.drain.raw." + round;
      rig.fill(queue, tasks);
      try (RawClient client = new RawClient(rig.url())) {
        Audit audit = new Audit(tasks);
        client.consume(queue, tasks, PREFETCH, audit);
        client.delete(queue);
        return audit.round();
      }
    }
  }

  private record Sluice(BenchRig rig, long tasks) implements Subject {
    @Override
    public String name() {
      return "sluice";
    }

    @Override
    public Round run(int round) throws Exception {
      String queue = "bench.drain.sluice." + round;
      rig.fill(queue, tasks);
      TaskType<Filler> type = BenchRig.NOOP.queue(queue);
      Audit audit = new Audit(tasks);
      try (Worker worker =
          Worker.open(
                  rig.worker()
                      .queue(
                          queue, QueueOptions.DEFAULTS.concurrency(CONCURRENCY).prefetch(PREFETCH)))
              .handle(
                  type,
                  (payload, task) -> {
                    audit.executed(task.taskId());
                    return Outcome.completed();
                  })) {
        worker.start();
        audit.await();
      } finally {
        rig.delete(queue);
      }
      // The worker has drained: whatever came twice has been counted.
      return audit.round();
    }
  }
}
