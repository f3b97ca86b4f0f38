package dev.sluice.worker.governor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Bounds the load of a worker. What it holds to may be changed while the worker runs.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class Governor {
  private final List<Limiter> limiters = new CopyOnWriteArrayList<>();
  private final Map<String, DatabaseGovernor> databases = new ConcurrentHashMap<>();

  /**
   * Waits for leave to run.
   *
   * @throws NotPermitted when waiting here is no use: the task is put off or given back
   */
  public Admission admit(Ask ask) throws InterruptedException, NotPermitted {
    Admission admission = new Admission();
    try {
      for (Limiter limiter : limiters) {
        admission.add(limiter.take(ask));
      }
      if (ask.database() != null) {
        // Last: rows that are permitted must be written soon.
        DatabaseGovernor database = database(ask.database());
        admission.rows(database.take(ask.type(), ask.tasks()));
      }
      return admission;
    } catch (Throwable e) {
      admission.close();
      throw e;
    }
  }

  /** What bounds the load on a database, by its name in the configuration. */
  public DatabaseGovernor database(String name) {
    return databases.computeIfAbsent(
        name, unknown -> new DatabaseGovernor(unknown, System::nanoTime));
  }
}
