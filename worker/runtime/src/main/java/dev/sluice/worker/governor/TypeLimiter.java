package dev.sluice.worker.governor;

import dev.sluice.worker.governor.SharedStore.Limit;
import dev.sluice.worker.governor.SharedStore.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Holds task types, and their keys, to their limits: those of this worker first, then those of all
 * workers. Whoever waits too long is put off.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class TypeLimiter implements Limiter {
  private final Map<String, Type> types = new ConcurrentHashMap<>();
  private final SharedLimits shared;
  private final long patience;
  private final LongSupplier ticks;
  private final RandomGenerator random;

  TypeLimiter(SharedLimits shared, Duration patience, LongSupplier ticks, RandomGenerator random) {
    this.shared = shared;
    this.patience = patience.toNanos();
    this.ticks = ticks;
    this.random = random;
  }

  private static final class Type {
    private final LocalLimit local;
    private final LongAdder started = new LongAdder();
    private volatile TypeLimits limits = TypeLimits.NONE;

    private Type(LocalLimit local) {
      this.local = local;
    }
  }

  TypeLimits limits(String type) {
    // Anybody may ask for any name.
    Type known = types.get(type);
    return known == null ? TypeLimits.NONE : known.limits;
  }

  void limits(String type, TypeLimits newLimits) {
    boolean everywhere = !newLimits.shared().none() || !newLimits.perKey().none();
    if (everywhere && !shared.available()) {
      throw new IllegalArgumentException(
          "limits of " + type + ": limits across workers need Redis; give its URL, redis.url");
    }
    Type changed = type(type);
    changed.limits = newLimits;
    changed.local.limits(newLimits.worker());
    if (newLimits.shared().concurrency() != null) {
      shared.watch(type);
    }
  }

  @Override
  public Permit take(Ask ask) throws InterruptedException, NotPermitted {
    Type type = type(ask.type());
    long until = ticks.getAsLong() + patience;
    try {
      Permit here = type.local.take(ask.tasks(), until);
      try {
        Permit permit = everywhere(here, ask, type.limits, until);
        type.started.add(ask.tasks());
        return permit;
      } catch (Throwable e) {
        here.close();
        throw e;
      }
    } catch (NotPermitted e) {
      throw jittered(e);
    }
  }

  /**
   * Takes a permit of a task's key, for a task that is to join a batch; does not wait for it.
   *
   * @throws NotPermitted when there is none
   */
  Permit takeOfKey(String type, @Nullable String key) throws InterruptedException, NotPermitted {
    Limits limits = type(type).limits.perKey();
    if (key == null || limits.none()) {
      return Permit.NONE;
    }
    try {
      return shared.take(List.of(new Limit(new Name(type, key), limits)), 1, ticks.getAsLong());
    } catch (NotPermitted e) {
      throw jittered(e);
    }
  }

  Map<String, GovernorSnapshot.Type> snapshot() {
    Map<String, GovernorSnapshot.Type> snapshot = new TreeMap<>();
    types.forEach(
        (name, type) ->
            snapshot.put(
                name,
                new GovernorSnapshot.Type(
                    type.limits,
                    type.local.running(),
                    type.local.waiting() + shared.waiting(name),
                    type.started.sum(),
                    shared.runningEverywhere(name))));
    return snapshot;
  }

  private Permit everywhere(Permit here, Ask ask, TypeLimits limits, long until)
      throws InterruptedException, NotPermitted {
    if (limits.shared().none() && limits.perKey().none()) {
      return here;
    }
    List<Limit> wanted = new ArrayList<>(2);
    if (ask.key() != null && !limits.perKey().none()) {
      wanted.add(new Limit(new Name(ask.type(), ask.key()), limits.perKey()));
    }
    if (!limits.shared().none()) {
      wanted.add(new Limit(new Name(ask.type(), ""), limits.shared()));
    }
    if (wanted.isEmpty()) {
      return here;
    }
    Permit leased = shared.take(wanted, ask.tasks(), until);
    return () -> {
      leased.close();
      here.close();
    };
  }

  private Type type(String name) {
    Type found = types.get(name);
    return found != null
        ? found
        : types.computeIfAbsent(name, n -> new Type(new LocalLimit(n, ticks)));
  }

  /** Those that are put off together must not come back together. */
  private NotPermitted jittered(NotPermitted refusal) {
    long pause = refusal.pause().toMillis();
    return refusal.after(Duration.ofMillis(pause + random.nextLong(pause / 4 + 500)));
  }
}
