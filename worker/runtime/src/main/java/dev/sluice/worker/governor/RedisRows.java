package dev.sluice.worker.governor;

import dev.sluice.redis.RedisScript;
import dev.sluice.redis.RedisScripts;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ceiling that workers share, in Redis: a generic cell rate algorithm in one script on one key,
 * by the server's clock. Rows are bought in blocks of what a twentieth of a second may write, and
 * lapse after as long: a worker that buys and does not write has no burst in hand. Rows written
 * long after they were permitted, because the database stood still, are charged again in the second
 * in which they are written.
 *
 * <p>Threading: every method may be called by any thread; {@link #buy} by one at a time.
 */
final class RedisRows implements SharedRows {
  private static final Logger log = LoggerFactory.getLogger(RedisRows.class);
  private static final RedisScript SELL = RedisScript.of(RedisRows.class, "ceiling.lua");

  /** As in the script. */
  private static final long BLOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SHORTEST_AWAY = TimeUnit.SECONDS.toNanos(1);

  /** Asking in vain must not take up the time in which rows could be written. */
  private static final int AWAY_TIMES_ASKING = 10;

  private final RedisScripts redis;
  private final String key;
  private final String database;
  private final int configuredWorkers;
  private final LongSupplier ticks;
  private final String worker = "worker-" + UUID.randomUUID();
  private long bought;
  private long lapse;
  private long owed;
  private boolean away;
  private long askAgain;
  private int seenWorkers = 1;

  RedisRows(
      RedisScripts redis,
      String namespace,
      String database,
      int configuredWorkers,
      LongSupplier ticks) {
    this.redis = redis;
    key = (namespace.isEmpty() ? "" : namespace + ":") + "sluice:ceiling:{" + database + "}";
    this.database = database;
    this.configuredWorkers = configuredWorkers;
    this.ticks = ticks;
  }

  @Override
  public synchronized boolean use(long rows) {
    long now = ticks.getAsLong();
    if (away) {
      return askAgain - now > 0;
    }
    if (lapse - now <= 0) {
      bought = 0;
    }
    if (bought < rows) {
      return false;
    }
    bought -= rows;
    return true;
  }

  @Override
  public long buy(long rows, double ceiling) {
    long charge = takeOwed();
    long least = Math.max(1, rows - held());
    long most = Math.max(least, (long) (ceiling * BLOCK_NANOS / 1e9 / workers()));
    long asked = ticks.getAsLong();
    try {
      List<?> reply =
          (List<?>)
              redis.run(
                  SELL,
                  List.of(key),
                  List.of(
                      worker,
                      Double.toString(ceiling),
                      Long.toString(least),
                      Long.toString(most),
                      Long.toString(charge)));
      return bought(
          (Long) reply.get(0), (Long) reply.get(1), (Long) reply.get(2), (Long) reply.get(3));
    } catch (RuntimeException e) {
      // Whatever is wrong with it: a ceiling that cannot be asked must not stop the tasks.
      lost(e, ticks.getAsLong() - asked);
      return 0;
    }
  }

  @Override
  public synchronized void ended(long paid, long written, long nanos) {
    if (away) {
      return;
    }
    if (nanos > LATE_NANOS) {
      owed += written;
    } else if (written > paid) {
      owed += written - paid;
    } else if (lapse - ticks.getAsLong() > 0) {
      bought += paid - written;
    }
  }

  @Override
  public synchronized int workers() {
    return Math.max(configuredWorkers, seenWorkers);
  }

  @Override
  public synchronized boolean away() {
    return away;
  }

  private synchronized long takeOwed() {
    long charge = owed;
    owed = 0;
    return charge;
  }

  private synchronized long held() {
    return lapse - ticks.getAsLong() > 0 ? bought : 0;
  }

  private synchronized long bought(long rows, long waitMicros, long workers, long notCharged) {
    long now = ticks.getAsLong();
    bought = (lapse - now > 0 ? bought : 0) + rows;
    lapse = now + BLOCK_NANOS;
    owed += notCharged;
    seenWorkers = (int) workers;
    if (away) {
      away = false;
      log.info("the ceiling of database '{}' is shared again, by {} workers", database, workers);
    }
    return TimeUnit.MICROSECONDS.toNanos(waitMicros);
  }

  private synchronized void lost(RuntimeException e, long took) {
    owed = 0;
    askAgain = ticks.getAsLong() + Math.max(SHORTEST_AWAY, AWAY_TIMES_ASKING * took);
    if (!away) {
      away = true;
      log.warn(
          "the ceiling of database '{}' cannot be shared, this worker holds to 1/{} of it: {}",
          database,
          workers(),
          e.getMessage());
    }
  }
}
