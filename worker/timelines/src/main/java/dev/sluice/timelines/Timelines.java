package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import java.net.URI;
import javax.sql.DataSource;

/**
 * Timelines of one database and one Redis.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Timelines implements AutoCloseable {
  private final Redis redis;
  private final TimelineStore store;
  private final TimelineReader reader;

  private Timelines(DataSource dataSource, Redis redis, TimelineOptions options) {
    this.redis = redis;
    store = new TimelineStore(redis, options);
    reader = new TimelineReader(dataSource, store);
  }

  /**
   * Opens timelines. A Redis that is away is no error.
   *
   * @throws IllegalArgumentException when the cap is too high for the settings of Redis
   */
  public static Timelines open(DataSource dataSource, URI redisUrl, TimelineOptions options) {
    Redis redis = Redis.open(redisUrl);
    try {
      EncodingCheck.check(redis, options.cap());
      return new Timelines(dataSource, redis, options);
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  /** What the timelines are written to. */
  public TimelineStore store() {
    return store;
  }

  /** What holds them. */
  public Redis redis() {
    return redis;
  }

  public TimelineReader reader() {
    return reader;
  }

  @Override
  public void close() {
    redis.close();
  }
}
