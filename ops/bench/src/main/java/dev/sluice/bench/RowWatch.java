package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.peers.Contender;
import dev.sluice.cli.CommandFailed;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the time from the first rows that are there to the last, by looking into the table: the
 * same for everybody, whatever process writes and whenever it commits.
 */
record RowWatch(EffectTables tables, long tasks) {
  private static final long POLL_NANOS = 5_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Waits for the rows of all tasks; {@code contender} has started. */
  Round await(Contender contender) throws SQLException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long before = 0;
    while (before == 0) {
      rest(contender, deadline, 0);
      before = tables.lastId() == 0 ? 0 : tables.rows();
    }
    Stopwatch watch = Stopwatch.start();
    long rows = before;
    while (rows < tasks) {
      rest(contender, deadline, rows);
      // Counting reads the table, the last id does not.
      rows = tables.lastId() < tasks ? rows : tables.rows();
    }
    return new Round(Math.max(1, tasks - before), watch.stop(), null, 0, 0);
  }

  /** What was lost or doubled, when nobody writes any more. */
  Round audited(Round round) throws SQLException {
    long rows = tables.rows();
    long different = tables.tasks();
    return new Round(
        round.tasks(), round.elapsed(), round.latency(), tasks - different, rows - different);
  }

  private void rest(Contender contender, long deadline, long rows) {
    contender.check();
    if (System.nanoTime() > deadline) {
      throw new CommandFailed(
          "%,d of %,d tasks have left their row after ten minutes".formatted(rows, tasks));
    }
    LockSupport.parkNanos(POLL_NANOS);
  }
}
