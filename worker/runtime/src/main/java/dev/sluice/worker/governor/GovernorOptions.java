package dev.sluice.worker.governor;

import dev.sluice.redis.RedisScripts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a governor works; its limits may be changed later.
 *
 * @param redis where limits across workers are kept; stays open; empty for none
 * @param namespace prefix of the keys there, as of the queues
 * @param workers how many workers share limits at least; each holds to its part while Redis is
 *     away; default 1, and as many as were seen
 * @param patience how long a task waits for a permit of its type or key, before it goes to the
 *     delay ladder; default 5 s
 * @param concurrency attempts that may run at a time in this worker, of all queues together; null
 *     (default) for no limit
 * @param ticks monotonic nanoseconds
 * @param random source of jitter
 */
public record GovernorOptions(
    Optional<RedisScripts> redis,
    String namespace,
    int workers,
    Duration patience,
    @Nullable Integer concurrency,
    LongSupplier ticks,
    RandomGenerator random) {

  /** No limit, and no Redis. */
  public static final GovernorOptions DEFAULTS =
      new GovernorOptions(
          Optional.empty(),
          "",
          1,
          Duration.ofSeconds(5),
          null,
          System::nanoTime,
          () -> ThreadLocalRandom.current().nextLong());

  public GovernorOptions {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, is " + workers);
    }
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience must not be negative, is " + patience);
    }
    FairShare.check(concurrency);
  }

  public GovernorOptions redis(RedisScripts newRedis) {
    return with(draft -> draft.redis = Optional.of(newRedis));
  }

  public GovernorOptions namespace(String newNamespace) {
    return with(draft -> draft.namespace = newNamespace);
  }

  public GovernorOptions workers(int newWorkers) {
    return with(draft -> draft.workers = newWorkers);
  }

  public GovernorOptions patience(Duration newPatience) {
    return with(draft -> draft.patience = newPatience);
  }

  public GovernorOptions concurrency(@Nullable Integer newConcurrency) {
    return with(draft -> draft.concurrency = newConcurrency);
  }

  public GovernorOptions ticks(LongSupplier newTicks) {
    return with(draft -> draft.ticks = newTicks);
  }

  public GovernorOptions random(RandomGenerator newRandom) {
    return with(draft -> draft.random = newRandom);
  }

  private GovernorOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.frozen();
  }

  private static final class Draft {
    private Optional<RedisScripts> redis;
    private String namespace;
    private int workers;
    private Duration patience;
    private @Nullable Integer concurrency;
    private LongSupplier ticks;
    private RandomGenerator random;

    private Draft(GovernorOptions from) {
      redis = from.redis;
      namespace = from.namespace;
      workers = from.workers;
      patience = from.patience;
      concurrency = from.concurrency;
      ticks = from.ticks;
      random = from.random;
    }

    private GovernorOptions frozen() {
      return new GovernorOptions(redis, namespace, workers, patience, concurrency, ticks, random);
    }
  }
}
