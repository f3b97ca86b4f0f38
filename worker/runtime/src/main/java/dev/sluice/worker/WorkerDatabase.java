package dev.sluice.worker;

import dev.sluice.worker.governor.DatabaseGovernor;
import javax.sql.DataSource;

/**
 * A database that tasks write to, as the worker uses it: its pool, what bounds the load on it, and
 * what runs transactions there.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class WorkerDatabase {
  private final DataSource dataSource;
  private final DataSource governed;
  private final DatabaseGovernor governor;
  private final ExclusiveKeys keys;
  private final TransactionalAttempt transactions;
  private final RevocationWriter revocations;
  private volatile Runnable relayNudge = () -> {};

  WorkerDatabase(
      DataSource dataSource, DatabaseGovernor governor, ExclusiveKeys keysThere, Wiring wiring) {
    this.dataSource = dataSource;
    this.governor = governor;
    keys = keysThere;
    governed = governor.governed(dataSource);
    transactions = new TransactionalAttempt(this, keysThere, wiring);
    revocations = new RevocationWriter(governed, wiring.inbox());
  }

  DataSource dataSource() {
    return dataSource;
  }

  /** For whatever writes there without leave of its own. */
  DataSource governed() {
    return governed;
  }

  DatabaseGovernor governor() {
    return governor;
  }

  /** The keys that are settled in transactions there. */
  ExclusiveKeys keys() {
    return keys;
  }

  TransactionalAttempt transactions() {
    return transactions;
  }

  /** What writes revoked ids to the inbox there. */
  RevocationWriter revocations() {
    return revocations;
  }

  /** What wakes the relay of the outbox there. */
  void relayNudge(Runnable nudge) {
    relayNudge = nudge;
  }

  /** Rows were committed to the outbox there. */
  void nudgeRelay() {
    relayNudge.run();
  }
}
