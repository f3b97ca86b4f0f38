package dev.sluice.worker.governor;

import dev.sluice.loop.Loop;
import dev.sluice.topology.OrderPartitions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the load of a worker. What it holds to may be changed while the worker runs.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class Governor {
  private final GovernorOptions options;
  private final SharedLimits shared;
  private final TypeLimiter types;
  private final FairShare share;
  private final List<Limiter> limiters;
  private final Map<String, GovernedQueue> queues = new ConcurrentHashMap<>();
  private final Map<String, Slo> slos = new ConcurrentHashMap<>();
  private final Map<String, DatabaseGovernor> databases = new ConcurrentHashMap<>();

  /** One without limits. */
  public Governor() {
    this(GovernorOptions.DEFAULTS);
  }

  public Governor(GovernorOptions options) {
    this.options = options;
    SharedStore store =
        options.redis().map(redis -> new RedisLimits(redis, options.namespace())).orElse(null);
    shared = new SharedLimits(store, options.workers(), options.ticks());
    types = new TypeLimiter(shared, options.patience(), options.ticks(), options.random());
    share = new FairShare(options.concurrency(), options.ticks());
    // Those first that may put a task off, then those that it waits for.
    limiters = List.of(types, share);
  }

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

  /**
   * Leave for one task to join a batch, as far as the limits of its key go; the batch itself asks
   * without a key. Does not wait. Held until the batch has ended.
   *
   * @param key null for none
   * @throws NotPermitted when the task is to be put off
   */
  public Permit admitToBatch(String type, @Nullable String key)
      throws InterruptedException, NotPermitted {
    return types.takeOfKey(type, key);
  }

  /** What bounds the load on a database, by its name in the configuration. */
  public DatabaseGovernor database(String name) {
    return databases.computeIfAbsent(name, unknown -> new DatabaseGovernor(unknown, options));
  }

  /** What a task type is held to. */
  public TypeLimits limits(String type) {
    return types.limits(type);
  }

  /**
   * Holds a task type to other limits, from now on. Limits across workers are to be changed in each
   * of them.
   *
   * @throws IllegalArgumentException when they are across workers and there is no Redis
   */
  public void limits(String type, TypeLimits limits) {
    types.limits(type, limits);
  }

  /** Attempts that may run at a time in this worker; null for no limit. */
  public @Nullable Integer concurrency() {
    return share.most();
  }

  /** Changes how many attempts may run at a time in this worker; null for no limit. */
  public void concurrency(@Nullable Integer most) {
    share.most(most);
  }

  /**
   * Changes how many attempts of a queue may run at a time in this worker.
   *
   * @param queue its name on the broker
   * @throws IllegalArgumentException when the worker does not consume it, or when {@code
   *     concurrency} is out of range
   */
  public void concurrency(String queue, int concurrency) {
    GovernedQueue governed = queues.get(queue);
    if (governed == null) {
      throw new IllegalArgumentException(
          "queue '" + queue + "' is not consumed here; there are " + queues.keySet());
    }
    governed.concurrency(concurrency);
  }

  /** A queue's share of the worker's concurrency, beside the weights of the others; at least 1. */
  public void weight(String queue, int weight) {
    share.weight(queue, weight);
  }

  /** Measures from now on whether tasks of a queue start in time. */
  public void slo(String queue, Duration target) {
    slos.put(queue, new Slo(target));
  }

  /** What a queue promises, or the one that a partition queue belongs to; null for nothing. */
  public @Nullable Slo slo(String queue) {
    Slo slo = slos.get(queue);
    if (slo != null || slos.isEmpty()) {
      return slo;
    }
    String whole = OrderPartitions.queueOf(queue);
    return whole == null ? null : slos.get(whole);
  }

  /** A worker consumes this queue. */
  public void add(GovernedQueue queue) {
    queues.put(queue.queue(), queue);
  }

  /** What keeps up what is shared with other workers; to be run as long as the worker runs. */
  public Loop upkeep() {
    return shared;
  }

  /** What it holds to, and what runs and waits, now. */
  public GovernorSnapshot snapshot() {
    Map<String, GovernorSnapshot.Queue> byQueue = new TreeMap<>();
    queues.forEach((name, queue) -> byQueue.put(name, snapshot(name, queue)));
    Map<String, DatabaseSnapshot> byDatabase = new TreeMap<>();
    databases.forEach((name, database) -> byDatabase.put(name, database.snapshot()));
    return new GovernorSnapshot(
        share.most(),
        share.running(),
        byQueue,
        types.snapshot(),
        byDatabase,
        new GovernorSnapshot.Sharing(shared.available(), shared.away(), shared.workers()));
  }

  private GovernorSnapshot.Queue snapshot(String name, GovernedQueue queue) {
    Slo slo = slos.get(name);
    return new GovernorSnapshot.Queue(
        queue.concurrency(),
        share.weight(name),
        share.running(name),
        share.waiting(name),
        slo == null ? null : slo.snapshot());
  }
}
