package dev.sluice.bench;

import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.load.Pace;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TransactionalHandler;
import dev.sluice.worker.Worker;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorSnapshot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Interactive tasks at a fixed rate while the same worker has a flood of bulk tasks to do. */
record FloodScenario(BenchRig rig, EffectTables tables, Pace pace, Flood flood) {
  private static final String BULK = "bench.bulk";
  private static final long LEAD_NANOS = 500_000_000;

  /**
   * What is beside them.
   *
   * @param bulk tasks that wait at the start
   * @param concurrency of the worker in all
   * @param weight of the interactive queue; the bulk queue has 1
   * @param slo within this interactive tasks should start
   */
  record Flood(int bulk, int concurrency, int weight, Duration slo) {}

  /** Where the flood is. */
  private enum Where {
    NOWHERE,
    SAME_QUEUE,
    OTHER_QUEUE
  }

  /** In the order of a round. */
  List<PacedSubject> subjects() {
    return List.of(
        new Flooded("alone", Where.NOWHERE),
        new Flooded("one-queue", Where.SAME_QUEUE),
        new Flooded("sluice", Where.OTHER_QUEUE));
  }

  private final class Flooded implements PacedSubject {
    private final String name;
    private final Where where;

    Flooded(String name, Where where) {
      this.name = name;
      this.where = where;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public PacedRound run(int round) throws Exception {
      String interactive = "bench.fairness." + name + "." + round;
      String bulk = where == Where.SAME_QUEUE ? interactive : interactive + ".bulk";
      TaskType<WriteRow> type = WriteRow.TYPE.queue(interactive);
      tables.clear();
      rig.fillBulk(
          TaskType.of(BULK, WriteRow.class).queue(bulk), where == Where.NOWHERE ? 0 : flood.bulk());
      long start = System.nanoTime() + LEAD_NANOS;
      Arrivals arrivals = new Arrivals(pace, start);
      LongAdder twice = new LongAdder();
      Governor governor = new Governor();
      governor.concurrency(flood.concurrency());
      Stopwatch watch = Stopwatch.start();
      try (Worker worker = worker(governor, interactive, bulk)) {
        TransactionalHandler<WriteRow> insert =
            (payload, task, transaction) -> {
              EffectTables.insertRows(
                  transaction,
                  List.of(new Effect(task.taskId(), payload.number(), payload.text())));
              return Outcome.completed();
            };
        worker.handle(TaskType.of(BULK, WriteRow.class).queue(bulk), insert);
        worker.handle(
            type,
            (payload, task, transaction) -> {
              if (!arrivals.done((int) payload.number())) {
                twice.increment();
              }
              return insert.handle(payload, task, transaction);
            });
        worker.start();
        pace.run(
            start,
            0,
            1,
            (number, due) -> {
              arrivals.enqueued(number);
              rig.producer().enqueueAsync(type, WriteRow.numbered(number));
            });
        arrivals.await();
      } finally {
        rig.delete(interactive);
        rig.delete(bulk);
      }
      TaskAudit.Verdict audit = new TaskAudit.Verdict(arrivals.lost(), twice.sum(), 0);
      return new PacedRound(
          arrivals.timings(),
          watch.stop(),
          audit,
          0,
          facts(governor, rig.broker().topology().queue(interactive)));
    }
  }

  private Worker worker(Governor governor, String interactive, String bulk) {
    QueueOptions options =
        QueueOptions.DEFAULTS.concurrency(flood.concurrency()).prefetch(10 * flood.concurrency());
    var workerOptions =
        rig.worker()
            .maxBodyBytes(SluiceWriter.MAX_BODY)
            .dataSource(tables.dataSource())
            .listeners(List.of())
            .governor(governor);
    if (!bulk.equals(interactive)) {
      workerOptions = workerOptions.queue(bulk, options);
    }
    return Worker.open(
        workerOptions.queue(interactive, options.weight(flood.weight()).slo(flood.slo())));
  }

  /** How many started in time, as the governor itself counts. */
  private Map<String, Object> facts(Governor governor, String queue) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("bulk_tasks", flood.bulk());
    facts.put("weight", flood.weight());
    facts.put("slo_ms", flood.slo().toMillis());
    GovernorSnapshot.Queue governed = governor.snapshot().queues().get(queue);
    if (governed != null && governed.slo() != null) {
      facts.put(
          "slo", Map.of("started", governed.slo().started(), "in_time", governed.slo().within()));
    }
    return facts;
  }
}
