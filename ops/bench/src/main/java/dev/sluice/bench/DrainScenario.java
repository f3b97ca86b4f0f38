package dev.sluice.bench;

import dev.sluice.bench.peers.Celery;
import dev.sluice.bench.peers.Contender;
import dev.sluice.bench.peers.SpringAmqp;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A full queue is drained by a handler that does nothing. */
final class DrainScenario {
  static final int PREFETCH = 500;
  private static final int CONCURRENCY = 8;
  // It takes some ten times as long for one.
  private static final int CELERY_SHARE = 10;

  private DrainScenario() {}

  static Scenario create(BenchRig rig, long tasks, SubjectChoice choice, Celery celery)
      throws Exception {
    String probe = "bench.drain.perf-test";
    rig.fill(probe, tasks);
    double perfTest = new PerfTest(rig.url()).consume(probe, tasks, PREFETCH);
    rig.delete(probe);
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "%,d tasks a round, 1 KB, quorum queue, prefetch %d; Sluice with %d threads"
            .formatted(tasks, PREFETCH, CONCURRENCY));
    remarks.add("raw: amqp-client, the same messages, ack every 50");
    remarks.add("PerfTest (the same messages, ack every 50): %,.0f messages/s".formatted(perfTest));
    List<Subject> subjects = new ArrayList<>();
    subjects.add(new Raw(rig, tasks));
    if (choice.has(SpringAmqp.NAME)) {
      subjects.add(new Spring(rig, tasks));
      remarks.add(SpringAmqp.DRAINING);
    }
    if (choice.has(Celery.NAME)) {
      String missing = celery.missing();
      if (missing == null) {
        long few = Math.max(1, tasks / CELERY_SHARE);
        subjects.add(new CeleryDrain(rig, few, celery));
        remarks.add(celery.settings() + "; %,d tasks a round".formatted(few));
      } else {
        remarks.add("celery: left out, " + missing);
      }
    }
    subjects.add(new Sluice(rig, tasks));
    return new Scenario("drain", "tasks/s", Target.ratio(0.7), subjects, remarks, Map.of());
  }

  private record Spring(BenchRig rig, long tasks) implements Subject {
    @Override
    public String name() {
      return SpringAmqp.NAME;
    }

    @Override
    public Round run(int round) throws Exception {
      String queue = "bench.drain.spring." + round;
      rig.fill(queue, tasks);
      Audit audit = new Audit(tasks);
      try (Contender spring = SpringAmqp.draining(rig.url(), queue, PREFETCH, audit::executed)) {
        spring.start();
        audit.await();
      } finally {
        rig.delete(queue);
      }
      return audit.round();
    }
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
