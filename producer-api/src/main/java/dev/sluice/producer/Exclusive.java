package dev.sluice.producer;

import dev.sluice.keys.KeyName;
import java.time.Duration;

/**
 * One task at a time for a key, among tasks of one name. A key is for one of the three ways: they
 * do not see each other.
 *
 * @param key what the tasks have in common; 1 to 500 characters
 * @param way what becomes of the newcomer
 * @param delay how long a debounced task waits for a newcomer; zero for the other ways
 * @param ttl how long a lock is held at most from when the task may start, so that a crash cannot
 *     keep it; zero where there is no lock
 */
public record Exclusive(String key, Way way, Duration delay, Duration ttl) {

  /** How long a lock is held at most from the task's eta on, unless told otherwise. */
  public static final Duration DEFAULT_TTL = Duration.ofHours(1);

  /** What becomes of the newcomer while an earlier task stands. */
  public enum Way {
    /** It is not enqueued. */
    DROP,
    /** It takes the place of the earlier one. */
    REPLACE,
    /** As replace, and starts only when none has come for a while. */
    DEBOUNCE
  }

  public Exclusive {
    KeyName.check(key);
    if (delay.isNegative() || (way == Way.DEBOUNCE && delay.isZero())) {
      throw new IllegalArgumentException("a debounce needs a delay above 0, has " + delay);
    }
    if (way == Way.DROP ? ttl.toMillis() < 1 : !ttl.isZero()) {
      throw new IllegalArgumentException(
          way == Way.DROP
              ? "ttl must be 1 ms or longer, is " + ttl
              : "only a drop holds a lock, hence has a ttl; to " + way + " the newest stands");
    }
  }

  /**
   * While a task of the key waits or runs, newcomers are not enqueued: the handle names the one
   * that stands. The lock is held from the enqueue until the task is completed, dead or discarded,
   * through its retries, and at most for the ttl.
   */
  public static Exclusive drop(String key) {
    return new Exclusive(key, Way.DROP, Duration.ZERO, DEFAULT_TTL);
  }

  /**
   * The newest task stands: an earlier one is discarded if it has not started; if it runs, a
   * transactional handler's writes are rolled back. Needs a database, which holds the key and the
   * message in one transaction. Not for tasks that take longer than newcomers are apart.
   */
  public static Exclusive replace(String key) {
    return new Exclusive(key, Way.REPLACE, Duration.ZERO, Duration.ZERO);
  }

  /** As {@link #replace}, and each newcomer waits for {@code delay}: a burst becomes one task. */
  public static Exclusive debounce(String key, Duration delay) {
    return new Exclusive(key, Way.DEBOUNCE, delay, Duration.ZERO);
  }

  /**
   * How long the lock is held at most, from the task's eta on; default 1 h. Choose it longer than
   * the task ever waits for a worker, is retried and runs: a task that outlives its lock still
   * runs, beside a newcomer perhaps.
   */
  public Exclusive ttl(Duration newTtl) {
    return new Exclusive(key, way, delay, newTtl);
  }
}
