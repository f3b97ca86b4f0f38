package dev.sluice.cli.process;

import dev.sluice.keys.KeyStore;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.dead.DeadTasks;
import dev.sluice.worker.dead.RedriveTransient;
import dev.sluice.worker.longtask.RescueLongTasks;
import dev.sluice.worker.upkeep.ExpireKeys;
import dev.sluice.worker.upkeep.SweepOutbox;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that built-in jobs enqueue, for a worker with a database; those of timelines come with
 * their module.
 *
 * @param main the worker's database
 * @param named further ones, each with an outbox of its own, by their names
 * @param keys where producers keep the keys of exclusive tasks beside the database; null for
 *     nowhere
 * @param clock tells what is old
 */
public record BuiltInTasks(
    DataSource main, Map<String, DataSource> named, @Nullable KeyStore keys, InstantSource clock) {

  /** Registers their handlers. */
  public void register(Handlers handlers) {
    List<DataSource> outboxes = new ArrayList<>(named.values());
    outboxes.add(0, main);
    handlers
        .handle(RedriveTransient.TYPE, new RedriveTransient(new DeadTasks(main, clock, keys)))
        .handle(SweepOutbox.TYPE, new SweepOutbox(outboxes, clock))
        .handle(RescueLongTasks.TYPE, new RescueLongTasks(main, clock))
        .handle(ExpireKeys.TYPE, new ExpireKeys(main, clock));
  }
}
