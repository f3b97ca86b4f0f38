package dev.sluice.worker.governor;

import java.time.Duration;
import java.util.List;

/**
 * Where limits across workers are kept.
 *
 * <p>Threading: safe for use by any number of threads.
 */
interface SharedStore {

  /**
   * A limit across workers.
   *
   * @param type the task type that it is for
   * @param key the limit key that it is for; empty for that of the whole type
   */
  record Name(String type, String key) {}

  /** A limit, and what it is at the moment. */
  record Limit(Name name, Limits limits) {}

  /**
   * What somebody wants to take.
   *
   * @param id of the lease, and of the place in the line
   * @param limits one, or that of a key and then that of its type; permits of both or none
   * @param tasks how many the rates count
   * @param patience how long it waits; negative for not at all, it leaves the line
   */
  record Ask(String id, List<Limit> limits, int tasks, Duration patience) {}

  /** What became of an ask. */
  enum Verdict {
    TAKEN,
    /** Its place in the line is kept; it must ask again soon. */
    WAIT,
    REFUSED
  }

  /**
   * @param when how long to wait until it is of use to ask again; zero when nobody knows
   * @param limit number of the limit that holds, from 0
   */
  record Answer(Verdict verdict, Duration when, int limit) {}

  /**
   * Takes permits, or a place in the line.
   *
   * @throws SharedStoreAway when it is away
   */
  Answer take(Ask ask);

  /**
   * Keeps leases from being given up; takes again those that were.
   *
   * @return how many leases of the limit there are, in all workers
   * @throws SharedStoreAway when it is away
   */
  int renew(Name name, List<String> ids);

  /**
   * Gives leases back, and places in the line.
   *
   * @param names limits of one type
   * @throws SharedStoreAway when it is away
   */
  void release(List<Name> names, List<String> ids);

  /**
   * Says that this worker is there.
   *
   * @return how many are
   * @throws SharedStoreAway when it is away
   */
  int workers();
}
