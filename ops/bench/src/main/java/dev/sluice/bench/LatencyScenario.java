package dev.sluice.bench;

import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.load.Pace;
import dev.sluice.bench.peers.Contender;
import dev.sluice.bench.peers.SpringAmqp;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerListener;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** From when a task was to be enqueued until its effect is committed, at a fixed rate. */
record LatencyScenario(BenchRig rig, EffectTables tables, Pace pace) {
  static final int CONCURRENCY = 4;
  private static final long LEAD_NANOS = 200_000_000;

  /** Makes a consumer that tells of each effect once it is committed. */
  @FunctionalInterface
  private interface Opening {
    Contender open(String queue, Arrivals arrivals) throws Exception;
  }

  /** In the order of a round. */
  List<PacedSubject> subjects(SubjectChoice choice) {
    List<PacedSubject> subjects = new ArrayList<>();
    subjects.add(new Loop("raw", this::raw));
    if (choice.has(SpringAmqp.NAME)) {
      subjects.add(new Loop(SpringAmqp.NAME, this::spring));
    }
    subjects.add(new Loop("sluice", this::sluice));
    return subjects;
  }

  private final class Loop implements PacedSubject {
    private final String name;
    private final Opening opening;

    Loop(String name, Opening opening) {
      this.name = name;
      this.opening = opening;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public PacedRound run(int round) throws Exception {
      String queue = "bench.latency." + name + "." + round;
      tables.clear();
      TaskType<WriteRow> type = WriteRow.TYPE.queue(queue);
      // The queue is there before anybody consumes it; this one is not measured.
      rig.producer().enqueue(type, WriteRow.numbered(pace.calls()));
      long start = System.nanoTime() + LEAD_NANOS;
      Arrivals arrivals = new Arrivals(pace, start);
      Stopwatch watch = Stopwatch.start();
      try (Contender contender = opening.open(queue, arrivals)) {
        contender.start();
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
        rig.delete(queue);
      }
      long different = tables.tasks();
      long wanted = pace.calls() + 1L;
      TaskAudit.Verdict audit =
          new TaskAudit.Verdict(wanted - different, tables.rows() - different, 0);
      return new PacedRound(arrivals.timings(), watch.stop(), audit, 0, Map.of());
    }
  }

  private Contender raw(String queue, Arrivals arrivals) throws Exception {
    return new RawWriter(
        rig.url(),
        new RawWriter.Plan(
            queue,
            CONCURRENCY,
            1,
            Long.MAX_VALUE,
            batch -> {
              tables.apply(batch);
              done(arrivals, batch.get(0));
            }));
  }

  private Contender spring(String queue, Arrivals arrivals) {
    return SpringAmqp.single(
        rig.url(),
        queue,
        CONCURRENCY,
        effect -> {
          try {
            tables.apply(List.of(effect));
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
          done(arrivals, effect);
        });
  }

  /** Later than the others: when the task is settled. */
  private Contender sluice(String queue, Arrivals arrivals) {
    Map<String, Effect> running = new ConcurrentHashMap<>();
    WorkerListener settled =
        new WorkerListener() {
          @Override
          public void completed(Completed event) {
            Effect effect = running.remove(event.task().id());
            if (effect != null) {
              done(arrivals, effect);
            }
          }
        };
    return new SluiceWriter(
        Worker.open(
                rig.worker()
                    .maxBodyBytes(SluiceWriter.MAX_BODY)
                    .dataSource(tables.dataSource())
                    .listeners(List.of(settled))
                    .queue(
                        queue,
                        QueueOptions.DEFAULTS.concurrency(CONCURRENCY).prefetch(RawWriter.BATCH)))
            .handle(
                WriteRow.TYPE.queue(queue),
                (payload, task, transaction) -> {
                  Effect effect = new Effect(task.taskId(), payload.number(), payload.text());
                  EffectTables.insertRows(transaction, List.of(effect));
                  running.put(task.taskId(), effect);
                  return Outcome.completed();
                }));
  }

  private void done(Arrivals arrivals, Effect effect) {
    if (effect.number() < pace.calls()) {
      arrivals.done((int) effect.number());
    }
  }
}
