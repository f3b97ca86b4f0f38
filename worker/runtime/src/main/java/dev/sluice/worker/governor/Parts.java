package dev.sluice.worker.governor;

import dev.sluice.worker.governor.SharedStore.Limit;
import dev.sluice.worker.governor.SharedStore.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * This worker's part of limits across workers: who waits here, what runs here, and the limit that
 * holds while nobody can be asked.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Parts {
  private final LongSupplier ticks;

  /** Of keys only while somebody waits or runs. */
  private final Map<Name, Part> byName = new ConcurrentHashMap<>();

  Parts(LongSupplier ticks) {
    this.ticks = ticks;
  }

  private static final class Part {
    private final LocalLimit limit;
    private final Line line = new Line();

    /** Changed inside {@code compute} alone. */
    private int users;

    private Part(LocalLimit limit) {
      this.limit = limit;
    }
  }

  /** The parts of these limits, until they are closed. */
  Held hold(List<Limit> limits) {
    List<Part> held = new ArrayList<>(limits.size());
    for (Limit limit : limits) {
      held.add(
          byName.compute(
              limit.name(),
              (name, part) -> {
                Part found = part == null ? newPart(name) : part;
                found.users++;
                return found;
              }));
    }
    return new Held(limits, held);
  }

  int waiting(String type) {
    int waiting = 0;
    for (Map.Entry<Name, Part> part : byName.entrySet()) {
      if (part.getKey().type().equals(type)) {
        waiting += part.getValue().line.size() + part.getValue().limit.waiting();
      }
    }
    return waiting;
  }

  private Part newPart(Name name) {
    String what = name.key().isEmpty() ? name.type() : name.type() + " of key '" + name.key() + "'";
    return new Part(new LocalLimit(what + " (Redis is away: this worker's part)", ticks));
  }

  /** Parts that somebody uses, and what he holds of them. */
  final class Held {
    private final List<Limit> limits;
    private final List<Part> held;
    private final List<Permit> permits = new ArrayList<>();

    private Held(List<Limit> limits, List<Part> held) {
      this.limits = limits;
      this.held = held;
    }

    /** Where those wait who want the same. */
    Line line() {
      return held.get(0).line;
    }

    /** Counts what was leased. */
    void occupy(int tasks) {
      held.forEach(part -> permits.add(part.limit.occupy(tasks)));
    }

    /** Takes the part of one worker of each limit. */
    void takeParts(int workers, int tasks, long until) throws InterruptedException, NotPermitted {
      for (int i = 0; i < held.size(); i++) {
        LocalLimit limit = held.get(i).limit;
        limit.limits(limits.get(i).limits().part(workers));
        permits.add(limit.take(tasks, until));
      }
    }

    void close() {
      permits.forEach(Permit::close);
      line().nudge();
      for (Limit limit : limits) {
        byName.computeIfPresent(
            limit.name(), (name, part) -> --part.users > 0 || name.key().isEmpty() ? part : null);
      }
    }
  }
}
