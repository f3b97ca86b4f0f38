package dev.sluice.worker.upkeep;

import dev.sluice.keys.KeyTruncation;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.SQLException;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the keys of exclusive and once-only tasks whose time to live is over, in the database;
 * those in Redis expire by themselves. Every page is a transaction of its own.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class ExpireKeys implements TaskHandler<ExpireKeys.Payload> {
  /** Enqueued by the scheduler. */
  public static final TaskType<Payload> TYPE =
      TaskType.of("sluice.expire_keys", Payload.class).queue("maintenance");

  private static final Logger log = LoggerFactory.getLogger(ExpireKeys.class);

  private final KeyTruncation truncation;

  /**
   * How much to delete. A component that is missing or 0 has its default.
   *
   * @param limit rows deleted at most, of each of the two tables; default 100000
   * @param batch rows of a transaction, at most 5000; default 500
   */
  public record Payload(int limit, int batch) {
    /** With every default. */
    public static final Payload DEFAULTS = new Payload(0, 0);

    public Payload {
      limit = Defaults.of("limit", limit, 100_000);
      batch = Defaults.of("batch", batch, 500, 5000);
    }
  }

  /**
   * What a run did.
   *
   * @param keys keys that nobody held any more
   * @param places places of tasks that replaced each other
   */
  record Expired(int keys, int places) {}

  /** Deletes what a truncation of the worker's database finds. */
  public ExpireKeys(DataSource database, InstantSource clock) {
    truncation = new KeyTruncation(database, clock);
  }

  @Override
  public Outcome handle(Payload payload, TaskContext task) throws SQLException {
    Expired expired =
        new Expired(
            delete(payload, task, truncation::deleteKeys),
            delete(payload, task, truncation::deletePlaces));
    if (expired.keys() + expired.places() > 0) {
      log.info("{} keys and {} places expired", expired.keys(), expired.places());
    }
    return Outcome.completed(expired);
  }

  /** One page. */
  private interface Page {
    int delete(int most) throws SQLException;
  }

  /** What a stop leaves, the next run finds. */
  private static int delete(Payload payload, TaskContext task, Page page) throws SQLException {
    int deleted = 0;
    while (deleted < payload.limit() && !task.stopRequested()) {
      int most = Math.min(payload.batch(), payload.limit() - deleted);
      int now = page.delete(most);
      deleted += now;
      if (now < most) {
        break;
      }
    }
    return deleted;
  }
}
