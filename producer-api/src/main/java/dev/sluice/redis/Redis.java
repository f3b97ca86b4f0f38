package dev.sluice.redis;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A Redis, spoken to in pipelines whose every reply is checked.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Redis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  /** Commands sent before the replies are read; more would only make other clients wait. */
  private static final int FLUSH = 750;

  /** Builds the commands that {@link #run} takes. */
  public static final CommandObjects COMMANDS = new CommandObjects(RedisConnections.PROTOCOL);

  private final UnifiedJedis jedis;
  private final AtomicBoolean away = new AtomicBoolean();

  private Redis(UnifiedJedis jedis) {
    this.jedis = jedis;
  }

  /**
   * A pool that connects when it is first used.
   *
   * @param url {@code redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]}, or {@code rediss://}
   * @throws IllegalArgumentException when it is none; the message does not hold the password
   */
  public static Redis open(URI url) {
    return new Redis(RedisConnections.open(url));
  }

  /**
   * Sends commands together and gives their replies, in the order of the commands. Each command has
   * one key.
   *
   * @throws RedisUnavailable when not every reply was good; some of the commands may have been done
   * @throws redis.clients.jedis.exceptions.JedisDataException when a command was wrong
   */
  public <T> List<T> run(List<CommandObject<T>> commands) {
    List<T> replies = new ArrayList<>(commands.size());
    for (int from = 0; from < commands.size(); from += FLUSH) {
      replies.addAll(flush(commands.subList(from, Math.min(from + FLUSH, commands.size()))));
    }
    return replies;
  }

  /**
   * One command that no pipeline is for.
   *
   * @throws RedisUnavailable when Redis is away
   */
  public <T> T call(Function<UnifiedJedis, T> command) {
    return guarded(() -> command.apply(jedis));
  }

  private <T> List<T> flush(List<CommandObject<T>> commands) {
    return guarded(
        () -> {
          try (AbstractPipeline pipeline = jedis.pipelined()) {
            List<Response<T>> replies = commands.stream().map(pipeline::executeCommand).toList();
            pipeline.sync();
            // A reply that is an error throws here; one that never came does, too.
            List<T> values = new ArrayList<>(replies.size());
            replies.forEach(reply -> values.add(reply.get()));
            return values;
          }
        });
  }

  private <T> T guarded(Supplier<T> commands) {
    try {
      T result = commands.get();
      if (away.compareAndSet(true, false)) {
        log.info("Redis answers again");
      }
      return result;
    } catch (JedisException e) {
      RuntimeException error = RedisUnavailable.or(e);
      if (error instanceof RedisUnavailable && away.compareAndSet(false, true)) {
        log.warn("{}; tasks wait and no attempt is used up", error.getMessage());
      }
      throw error;
    }
  }

  @Override
  public void close() {
    jedis.close();
  }
}
