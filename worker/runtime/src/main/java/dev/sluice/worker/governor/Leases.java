package dev.sluice.worker.governor;

import dev.sluice.worker.governor.SharedStore.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The leases of this worker: what it holds, and what it could not give back.
 *
 * <p>Threading: every method may be called by any thread; {@link #keep} by one at a time.
 */
final class Leases {
  private static final int AT_ONCE = 1000;

  private final Map<String, List<Name>> held = new ConcurrentHashMap<>();
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final Set<Name> watched = ConcurrentHashMap.newKeySet();
  private final Map<Name, Integer> everywhere = new ConcurrentHashMap<>();

  private record Ended(String id, List<Name> names) {}

  void add(String id, List<Name> names) {
    held.put(id, names);
  }

  void remove(String id) {
    held.remove(id);
  }

  /** Gives a lease back once the store can be asked again. */
  void releaseLater(String id, List<Name> names) {
    ended.add(new Ended(id, names));
  }

  void watch(Name name) {
    watched.add(name);
  }

  @Nullable Integer everywhere(Name name) {
    return everywhere.get(name);
  }

  /**
   * Gives back what ended, and keeps what is held.
   *
   * @throws SharedStoreAway when the store is away
   */
  void keep(SharedStore store) {
    for (Ended next; (next = ended.peek()) != null; ) {
      store.release(next.names(), List.of(next.id()));
      ended.poll();
    }
    Map<Name, List<String>> byName = new HashMap<>();
    watched.forEach(name -> byName.put(name, new ArrayList<>()));
    held.forEach(
        (id, names) ->
            names.forEach(name -> byName.computeIfAbsent(name, n -> new ArrayList<>()).add(id)));
    byName.forEach((name, ids) -> renew(store, name, ids));
  }

  private void renew(SharedStore store, Name name, List<String> ids) {
    int start = 0;
    do {
      List<String> some = ids.subList(start, Math.min(start + AT_ONCE, ids.size()));
      // What ended meanwhile must not be taken again.
      List<String> still = some.stream().filter(held::containsKey).toList();
      int count = store.renew(name, still);
      if (watched.contains(name)) {
        everywhere.put(name, count);
      }
      // What ended just then was perhaps taken again behind its release.
      List<String> gone = still.stream().filter(id -> !held.containsKey(id)).toList();
      if (!gone.isEmpty()) {
        store.release(List.of(name), gone);
      }
      start += AT_ONCE;
    } while (start < ids.size());
  }
}
