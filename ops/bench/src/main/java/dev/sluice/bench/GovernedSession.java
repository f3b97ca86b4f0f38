package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.load.LoadProfile;
import dev.sluice.bench.rates.RowSampler;
import dev.sluice.bench.rates.Series;
import dev.sluice.cli.CommandFailed;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A governed worker under load, and what the servers count meanwhile.
 *
 * <p>Threading: for one thread.
 */
final class GovernedSession implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(15);
  private static final long POLL_NANOS = 50_000_000;

  private final BenchRig rig;
  private final EffectTables tables;
  private final GovernedWorker.Plan plan;
  private final GovernedWorker worker;
  private final long start;
  private final RowSampler rows;
  private final WaitingSampler waiting;
  private final Surge surge;

  private GovernedSession(
      BenchRig rig,
      EffectTables tables,
      GovernedWorker.Plan plan,
      GovernedWorker worker,
      Connection sampled)
      throws SQLException {
    this.rig = rig;
    this.tables = tables;
    this.plan = plan;
    this.worker = worker;
    surge = new Surge(rig.producer(), plan.queue());
    start = System.nanoTime();
    rows = RowSampler.start(sampled, start);
    waiting = WaitingSampler.start(rig.broker(), plan.queue(), start);
  }

  /** Starts a worker, which finds an empty queue and empty tables. */
  static GovernedSession open(
      BenchServers servers,
      BenchRig rig,
      EffectTables tables,
      Path folder,
      GovernedWorker.Plan plan)
      throws Exception {
    tables.clear();
    return new GovernedSession(
        rig, tables, plan, GovernedWorker.start(servers, folder, plan), connect(servers));
  }

  /** A connection of its own, whose statements no slow log tells of. */
  static Connection connect(BenchServers servers) throws SQLException {
    Properties login = new Properties();
    login.setProperty("user", servers.privateDatabase().user());
    login.setProperty("password", servers.privateDatabase().password());
    login.setProperty("sessionVariables", "long_query_time=1000");
    return DriverManager.getConnection(servers.privateDatabase().jdbcUrl(), login);
  }

  GovernedWorker worker() {
    return worker;
  }

  /** Seconds since the start. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Enqueues as the profile says, and returns when it is over. */
  void surge(LoadProfile profile) throws Exception {
    surge.run(profile);
    worker.check();
  }

  /** Rows that the server has written in all. */
  Series rows() {
    return rows.series();
  }

  /** Tasks that wait in the queue. */
  Series waiting() {
    return waiting.series();
  }

  long accepted() {
    return surge.accepted();
  }

  long failed() {
    return surge.failed();
  }

  /**
   * Lifts the ceiling, waits until every task has left its rows, and looks for lost and doubled.
   */
  TaskAudit.Verdict drain() throws Exception {
    worker.ceiling(0);
    int each = plan.manyStatements() ? BenchWorker.LINES : 1;
    long wanted = surge.accepted() * each;
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (tables.lastId() < wanted || tables.rows() < wanted) {
      worker.check();
      if (System.nanoTime() > deadline) {
        throw new CommandFailed(
            "%,d of %,d rows are there after a quarter of an hour"
                .formatted(tables.rows(), wanted));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    worker.close();
    rig.delete(plan.queue());
    long different = tables.tasks();
    return new TaskAudit.Verdict(
        Math.max(0, wanted - different),
        tables.rows() - different,
        Math.max(0, different - wanted));
  }

  /** Ends the worker amid its work, and looks for lost and doubled in the table and the queue. */
  TaskAudit.Verdict cut() throws Exception {
    worker.close();
    return Backlog.audit(
        tables,
        Backlog.take(rig.url(), plan.queue()),
        surge.accepted(),
        plan.manyStatements() ? BenchWorker.LINES : 1);
  }

  @Override
  public void close() throws SQLException {
    worker.close();
    waiting.close();
    rows.close();
  }
}
