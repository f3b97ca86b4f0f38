package dev.sluice.worker;

import dev.sluice.worker.governor.Admission;
import dev.sluice.worker.governor.Ask;
import dev.sluice.worker.governor.NotPermitted;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a batch that was collected, from its permit to the settlement of each delivery: what {@link
 * AttemptRunner} does for one attempt.
 *
 * <p>Threading: stateless; called by every slot's thread.
 */
final class BatchRunner {
  private static final Logger log = LoggerFactory.getLogger(BatchRunner.class);

  private final Wiring wiring;
  private final AttemptRunner runner;
  private final Verdicts verdicts;
  private final WorkerListener listener;

  BatchRunner(Wiring wiring, AttemptRunner runner) {
    this.wiring = wiring;
    this.runner = runner;
    verdicts = wiring.verdicts();
    listener = wiring.listener();
  }

  /** How many tasks of a type may be in one transaction at the moment. */
  int size(Registration.Batch<?> type) {
    int configured = type.options().size();
    return wiring.database(type.type()).governor().largestBatch(type.type().name(), configured);
  }

  /** Why an attempt may not join a batch, by the limits of its key; null when it may. */
  @Nullable Settlement refused(Attempt attempt) {
    Ask ask = attempt.ask();
    try {
      attempt.ofKey(wiring.governor().admitToBatch(ask.type(), ask.key()));
      return null;
    } catch (NotPermitted e) {
      return verdicts.notPermitted(attempt, e);
    } catch (InterruptedException e) {
      return new Settlement.GivenBack(QueueConsumer.STOPPED);
    }
  }

  /**
   * Runs a batch of one task type.
   *
   * @param settled hears of each attempt that is settled, but of none that was settled without it
   */
  void run(List<Attempt> batch, Slot slot, Consumer<Attempt> settled) {
    List<BatchTask> tasks = batch.stream().map(BatchTask::new).toList();
    decide(tasks, batch, slot);
    // The first one last: it holds the batch's place in the gate.
    for (int i = tasks.size() - 1; i >= 0; i--) {
      settle(tasks.get(i), settled);
    }
  }

  private void settle(BatchTask task, Consumer<Attempt> settled) {
    Attempt attempt = task.attempt();
    if (!attempt.claim()) {
      return;
    }
    try {
      runner.settle(attempt, Objects.requireNonNull(task.settlement(), "nothing was decided"));
    } catch (RuntimeException | Error e) {
      // The others must be settled; the broker takes this one back when the channel closes.
      log.error("A delivery of queue {} could not be settled", attempt.delivery().queue(), e);
    }
    settled.accept(attempt);
  }

  private void decide(List<BatchTask> tasks, List<Attempt> batch, Slot slot) {
    Attempt first = batch.get(0);
    try (Admission admission = admission(batch, slot)) {
      raiseMarks(batch);
      start(tasks, batch, slot, admission);
    } catch (NotPermitted e) {
      settleOpen(tasks, attempt -> verdicts.notPermitted(attempt, e));
    } catch (InterruptedException e) {
      settleOpen(tasks, attempt -> new Settlement.GivenBack("the worker stopped before it ran"));
    } catch (SQLException e) {
      settleOpen(tasks, attempt -> verdicts.putOff(attempt, "the database is away: " + e));
    } catch (RuntimeException | Error e) {
      log.error("A batch of queue {} could not be run", first.delivery().queue(), e);
      settleOpen(tasks, attempt -> verdicts.putOff(attempt, e.toString()));
    }
  }

  private void raiseMarks(List<Attempt> batch) throws SQLException {
    List<String> redelivered =
        batch.stream()
            .filter(attempt -> attempt.marks() > 0)
            .map(attempt -> attempt.task().id())
            .distinct()
            .toList();
    if (!redelivered.isEmpty()) {
      wiring.crashMarks().raise(redelivered);
    }
  }

  private Admission admission(List<Attempt> batch, Slot slot)
      throws InterruptedException, NotPermitted {
    Attempt first = batch.get(0);
    // Before all else: who waits here must hold nothing that those inside still need.
    wiring.gate().enter(first, first.marks() >= CrashMarks.ALONE);
    return slot.admission(wiring.governor(), ask(batch));
  }

  private void start(List<BatchTask> tasks, List<Attempt> batch, Slot slot, Admission admission)
      throws InterruptedException, NotPermitted {
    try {
      for (Attempt attempt : batch) {
        wiring.deadlines().begin(attempt);
        attempt.together(batch.size());
      }
      slot.running(batch);
      batch.forEach(attempt -> listener.started(attempt.ref()));
      var handler = (Registration.Batch<?>) batch.get(0).registration();
      new BatchAttempt(wiring, handler, admission.rows()).run(tasks);
    } finally {
      slot.idle();
      long now = wiring.options().ticks().getAsLong();
      for (Attempt attempt : batch) {
        attempt.end(now);
        listener.ended(attempt.ref(), attempt.runtime());
      }
      // What was meant for the handler must not hit the settling.
      Thread.interrupted();
    }
  }

  private static Ask ask(List<Attempt> batch) {
    Ask one = batch.get(0).ask();
    return new Ask(one.type(), one.queue(), null, one.database(), batch.size());
  }

  private static void settleOpen(List<BatchTask> tasks, Function<Attempt, Settlement> verdict) {
    tasks.forEach(task -> task.settleOpen(verdict));
  }
}
