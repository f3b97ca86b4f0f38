package dev.sluice.worker.governor;

import dev.sluice.redis.RedisScript;
import dev.sluice.redis.RedisScripts;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Limits across workers in Redis. What belongs to one task type is in one slot, the limits of its
 * keys too, so that a take is one script, one round trip and all or nothing, in a cluster as well.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class RedisLimits implements SharedStore {
  /** After this a lease that nobody renews is given up. */
  static final Duration LIFE = Duration.ofSeconds(15);

  /** After this one who waits and does not ask again has left the line. */
  private static final Duration WAITING = Duration.ofSeconds(3);

  private static final RedisScript TAKE = script("take.lua");
  private static final RedisScript RENEW = script("renew.lua");
  private static final RedisScript RELEASE = script("release.lua");
  private static final RedisScript WORKERS = script("workers.lua");

  private final RedisScripts redis;
  private final String prefix;
  private final Duration life;
  private final String worker = UUID.randomUUID().toString();

  RedisLimits(RedisScripts redis, String namespace) {
    this(redis, namespace, LIFE);
  }

  RedisLimits(RedisScripts redis, String namespace, Duration life) {
    this.redis = redis;
    prefix = (namespace.isEmpty() ? "" : namespace + ":") + "sluice:";
    this.life = life;
  }

  @Override
  public Answer take(Ask ask) {
    List<String> keys = new ArrayList<>();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                ask.id(),
                micros(life),
                micros(WAITING),
                micros(Gcra.TOLERANCE),
                micros(ask.patience()),
                Integer.toString(ask.tasks()),
                micros(Gcra.LONGEST_PAUSE)));
    for (Limit limit : ask.limits()) {
      keys.addAll(keys(limit.name()));
      Integer concurrency = limit.limits().concurrency();
      Rate rate = limit.limits().rate();
      arguments.add(concurrency == null ? "0" : concurrency.toString());
      arguments.add(rate == null ? "0" : Double.toString(rate.interval() / 1e3));
    }
    List<?> reply = (List<?>) run(TAKE, keys, arguments);
    Duration when = Duration.of((Long) reply.get(1), ChronoUnit.MICROS);
    return switch (((Long) reply.get(0)).intValue()) {
      case 1 -> new Answer(Verdict.TAKEN, Duration.ZERO, 0);
      case 0 -> new Answer(Verdict.WAIT, when, ((Long) reply.get(2)).intValue() - 1);
      default -> new Answer(Verdict.REFUSED, when, ((Long) reply.get(2)).intValue() - 1);
    };
  }

  @Override
  public int renew(Name name, List<String> ids) {
    List<String> arguments = new ArrayList<>(ids.size() + 1);
    arguments.add(micros(life));
    arguments.addAll(ids);
    return ((Long) run(RENEW, keys(name), arguments)).intValue();
  }

  @Override
  public void release(List<Name> names, List<String> ids) {
    run(RELEASE, names.stream().flatMap(name -> keys(name).subList(1, 4).stream()).toList(), ids);
  }

  @Override
  public int workers() {
    return ((Long) run(WORKERS, List.of(prefix + "workers"), List.of(worker, micros(life))))
        .intValue();
  }

  /** State, leases, line and who was heard of it. */
  List<String> keys(Name name) {
    String key =
        prefix
            + "limit:{"
            // A brace in a task's name must not cut the hash tag short.
            + name.type().replace('}', ')')
            + "}:"
            + (name.key().isEmpty() ? "type" : "key:" + name.key());
    return List.of(key + ":state", key + ":leases", key + ":line", key + ":heard");
  }

  private Object run(RedisScript script, List<String> keys, List<String> arguments) {
    try {
      return redis.run(script, keys, arguments);
    } catch (RuntimeException e) {
      // Whatever is wrong with it: a limit that cannot be asked must not stop its tasks.
      throw new SharedStoreAway(String.valueOf(e.getMessage()), e);
    }
  }

  private static String micros(Duration duration) {
    return Long.toString(TimeUnit.NANOSECONDS.toMicros(duration.toNanos()));
  }

  private static RedisScript script(String name) {
    return RedisScript.of(RedisLimits.class, "limit.lua", name);
  }
}
