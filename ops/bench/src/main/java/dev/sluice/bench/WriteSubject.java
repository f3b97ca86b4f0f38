package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.peers.Contender;

/**
 * Any contender of the write scenario.
 *
 * @param tasks tasks of a round; a slow one gets fewer
 * @param preparation gives it its tasks
 */
record WriteSubject(
    String name, BenchRig rig, EffectTables tables, long tasks, Preparation preparation)
    implements Subject {

  /** Gives a contender its tasks. */
  @FunctionalInterface
  interface Preparation {

    /**
     * Puts tasks where the contender takes them from.
     *
     * @param queue of its own for this round, if it needs one
     */
    Contender prepare(String queue, long tasks) throws Exception;
  }

  @Override
  public Round run(int round) throws Exception {
    String queue = "bench.write." + name + "." + round;
    RowWatch watch = new RowWatch(tables, tasks);
    tables.clear();
    Round done;
    try (Contender contender = preparation.prepare(queue, tasks)) {
      contender.start();
      done = watch.await(contender);
    } finally {
      rig.delete(queue);
    }
    // It has stopped: whatever came twice is there.
    return watch.audited(done);
  }
}
