package dev.sluice.worker.governor;

import dev.sluice.loop.Loop;
import dev.sluice.worker.governor.SharedStore.Limit;
import dev.sluice.worker.governor.SharedStore.Name;
import dev.sluice.worker.governor.SharedStore.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits across workers. Whoever runs has a lease in the store; of those that wait here, the first
 * asks there, and stands in the line of all workers. While the store is away each worker holds to
 * its part: the limit divided by the workers.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class SharedLimits implements Loop {
  private static final Logger log = LoggerFactory.getLogger(SharedLimits.class);
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final Duration ROUND_WHILE_AWAY = Duration.ofSeconds(1);
  private static final Duration NO_PATIENCE = Duration.ofNanos(-1000);
  private static final long FIRST_LOOK = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_LOOK = TimeUnit.MILLISECONDS.toNanos(50);

  private final @Nullable SharedStore store;
  private final int configuredWorkers;
  private final LongSupplier ticks;
  private final Parts parts;
  private final Leases leases = new Leases();
  private final String prefix = UUID.randomUUID() + "-";
  private final AtomicLong ids = new AtomicLong();
  private volatile boolean used;
  private volatile boolean away;
  private volatile int seenWorkers;

  /**
   * @param store null for none
   * @param workers how many there are at least
   */
  SharedLimits(@Nullable SharedStore store, int workers, LongSupplier ticks) {
    this.store = store;
    configuredWorkers = workers;
    this.ticks = ticks;
    parts = new Parts(ticks);
  }

  boolean available() {
    return store != null;
  }

  /** Whether each worker holds to its part because the store cannot be asked. */
  boolean away() {
    return away;
  }

  /** How many workers share the limits: as configured, or as many as were seen. */
  int workers() {
    return Math.max(configuredWorkers, seenWorkers);
  }

  /**
   * Takes permits of limits, of all or of none.
   *
   * @param limits of one task type, that of a key first
   * @param until the tick at which it gives up
   * @throws NotPermitted when there is none until then
   */
  Permit take(List<Limit> limits, int tasks, long until) throws InterruptedException, NotPermitted {
    used = true;
    Parts.Held held = parts.hold(limits);
    try {
      Lease lease = new Lease(prefix + ids.incrementAndGet(), limits, held);
      if (!leased(lease, tasks, until)) {
        held.takeParts(workers(), tasks, until);
      }
      // Also without the store: when it is back the lease is put there.
      leases.add(lease.id, lease.names());
      return lease;
    } catch (Throwable e) {
      held.close();
      throw e;
    }
  }

  /** One round of what keeps leases: says that they are held, and that this worker is there. */
  @Override
  public Duration runOnce() {
    SharedStore shared = store;
    if (shared == null || !used) {
      return ROUND;
    }
    try {
      seenWorkers = shared.workers();
      leases.keep(shared);
      if (away) {
        away = false;
        log.info("limits are shared by all workers again; {} are there", seenWorkers);
      }
      return ROUND;
    } catch (SharedStoreAway e) {
      lost(e);
      return ROUND_WHILE_AWAY;
    }
  }

  /** How many run in all workers, as of the last round; null when nobody knows. */
  @Nullable Integer runningEverywhere(String type) {
    return leases.everywhere(new Name(type, ""));
  }

  /** Wants to know of a type how many run in all workers. */
  void watch(String type) {
    used = true;
    leases.watch(new Name(type, ""));
  }

  int waiting(String type) {
    return parts.waiting(type);
  }

  /** False when the store is away. */
  private boolean leased(Lease lease, int tasks, long until)
      throws InterruptedException, NotPermitted {
    if (store == null || away) {
      return false;
    }
    Line line = lease.held.line();
    line.lock().lock();
    try {
      Line.Place place = line.join();
      try {
        return leased(store, lease, tasks, until, place);
      } finally {
        place.leave();
      }
    } finally {
      line.lock().unlock();
    }
  }

  private boolean leased(SharedStore shared, Lease lease, int tasks, long until, Line.Place place)
      throws InterruptedException, NotPermitted {
    long look = FIRST_LOOK;
    while (!away) {
      long left = until - ticks.getAsLong();
      boolean hopeless = left <= 0 || lease.interval() * place.before() > left;
      if (!hopeless && !place.first()) {
        place.await(left);
        continue;
      }
      SharedStore.Answer answer =
          ask(shared, lease, tasks, hopeless ? NO_PATIENCE : Duration.ofNanos(left), place);
      if (answer == null) {
        return false;
      }
      if (answer.verdict() == Verdict.TAKEN) {
        lease.held.occupy(tasks);
        return true;
      }
      if (answer.verdict() == Verdict.REFUSED) {
        throw refused(lease.limits.get(answer.limit()), answer.when());
      }
      boolean known = !answer.when().isZero();
      look = known ? FIRST_LOOK : Math.min(2 * look, LONGEST_LOOK);
      await(shared, lease, place, Math.min(left, known ? answer.when().toNanos() : look));
    }
    return false;
  }

  /** Null when the store is away. */
  private SharedStore.@Nullable Answer ask(
      SharedStore shared, Lease lease, int tasks, Duration patience, Line.Place place)
      throws InterruptedException {
    place.unlocked();
    try {
      return shared.take(new SharedStore.Ask(lease.id, lease.limits, tasks, patience));
    } catch (SharedStoreAway e) {
      if (e.interrupted()) {
        throw new InterruptedException("told to stop while it asked for a permit");
      }
      lost(e);
      return null;
    } finally {
      place.locked();
    }
  }

  private static void await(SharedStore shared, Lease lease, Line.Place place, long nanos)
      throws InterruptedException {
    try {
      place.await(nanos);
    } catch (InterruptedException e) {
      try {
        // Nobody should wait for it in the line.
        shared.release(lease.names(), List.of(lease.id));
      } catch (SharedStoreAway lineForgetsIt) {
        e.addSuppressed(lineForgetsIt);
      }
      throw e;
    }
  }

  private static NotPermitted refused(Limit limit, Duration pause) {
    Name name = limit.name();
    String why =
        (name.key().isEmpty() ? name.type() : name.type() + " of key '" + name.key() + "'")
            + " is at its limit across workers: "
            + limit.limits();
    return NotPermitted.later(why, pause.isZero() ? LocalLimit.UNKNOWN_PAUSE : pause);
  }

  private void lost(SharedStoreAway e) {
    if (!away) {
      away = true;
      log.warn(
          "limits across workers cannot be asked for, this worker holds to its part, 1/{}: {}",
          workers(),
          e.getMessage());
    }
  }

  /** What somebody holds who runs. */
  private final class Lease implements Permit {
    private final String id;
    private final List<Limit> limits;
    private final Parts.Held held;

    private Lease(String id, List<Limit> limits, Parts.Held held) {
      this.id = id;
      this.limits = limits;
      this.held = held;
    }

    private List<Name> names() {
      return limits.stream().map(Limit::name).toList();
    }

    /** Nanoseconds between two tasks by the slowest rate. */
    private double interval() {
      double longest = 0;
      for (Limit limit : limits) {
        Rate rate = limit.limits().rate();
        longest = rate == null ? longest : Math.max(longest, rate.interval());
      }
      return longest;
    }

    @Override
    public void close() {
      leases.remove(id);
      try {
        if (store != null && !away) {
          store.release(names(), List.of(id));
        } else {
          leases.releaseLater(id, names());
        }
      } catch (SharedStoreAway e) {
        leases.releaseLater(id, names());
        lost(e);
      } finally {
        held.close();
      }
    }
  }
}
