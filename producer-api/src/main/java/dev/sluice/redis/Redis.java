package dev.sluice.redis;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A Redis, one server or a cluster, spoken to in pipelines whose every reply is checked.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Redis implements AutoCloseable {
  /** Builds the commands that {@link #run} takes. */
  public static final CommandObjects COMMANDS = new CommandObjects(RedisConnections.PROTOCOL);

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  private static final int MOST_NAMES = 12 * 16_384;

  private final Nodes nodes;
  private final RedisOptions options;
  private final Tally tally = new Tally();
  private final AtomicBoolean away = new AtomicBoolean();

  private Redis(Nodes nodes, RedisOptions options) {
    this.nodes = nodes;
    this.options = options;
  }

  /**
   * A Redis that is connected to when it is first used.
   *
   * @param url as {@link RedisUrl#of} reads it
   * @throws IllegalArgumentException when it is none; the message does not hold the password
   */
  public static Redis open(URI url) {
    return open(url, RedisOptions.DEFAULTS);
  }

  /** The same with limits of one's own. */
  public static Redis open(URI url, RedisOptions options) {
    RedisUrl parsed = RedisUrl.of(url);
    return new Redis(
        parsed.cluster() ? new ClusterNodes(parsed, options) : new SingleNode(parsed, options),
        options);
  }

  /**
   * Sends commands together and gives their replies, in the order of the commands. In a cluster,
   * all keys of one command are in one slot; the commands of a node are done in their order, those
   * of different nodes side by side.
   *
   * <p>What a server could not take is sent again, for as long as {@link RedisOptions#patience}
   * says, with the commands that follow it on the same key, so that their order holds. These, and
   * after a broken connection others, may be done twice: commands should be idempotent.
   *
   * @throws RedisUnavailable when not every reply was good; the other commands have been done
   * @throws JedisDataException when a command was wrong; the others may have been done
   */
  public <T> List<T> run(List<CommandObject<T>> commands) {
    return guarded(() -> new CommandRun<>(nodes, options, tally, commands).run());
  }

  /**
   * One command that no pipeline is for.
   *
   * @throws RedisUnavailable when Redis is away
   */
  public <T> T call(Function<UnifiedJedis, T> command) {
    return guarded(() -> command.apply(nodes.client()));
  }

  /**
   * The servers that hold keys now: every master of a cluster, or the one server.
   *
   * @throws RedisUnavailable when nobody tells
   */
  public List<RedisMaster> masters() {
    try {
      return nodes.masters().stream().map(node -> new RedisMaster(nodes, node)).toList();
    } catch (JedisException e) {
      throw RedisUnavailable.or(e);
    }
  }

  /**
   * The server that holds a key now.
   *
   * @throws RedisUnavailable when nobody tells
   */
  public RedisMaster master(String key) {
    try {
      nodes.refresh();
      return new RedisMaster(nodes, owner(key));
    } catch (JedisException e) {
      throw RedisUnavailable.or(e);
    }
  }

  /**
   * One key for each server that holds some; the keys need not exist. By its key {@link #master}
   * finds a server again, or whichever has taken its place.
   *
   * @throws RedisUnavailable when nobody tells
   */
  public List<String> shards() {
    try {
      Set<HostAndPort> missing = new HashSet<>(nodes.masters());
      List<String> keys = new ArrayList<>();
      // By so many names even a server of one slot is found; one without any holds nothing.
      for (int i = 0; i < MOST_NAMES && !missing.isEmpty(); i++) {
        String key = "shard:" + i;
        if (missing.remove(owner(key))) {
          keys.add(key);
        }
      }
      return keys;
    } catch (JedisException e) {
      throw RedisUnavailable.or(e);
    }
  }

  private HostAndPort owner(String key) {
    return nodes.owner(new CommandArguments(Protocol.Command.EXISTS).key(key));
  }

  /** What is wrong, for a person; empty when every master answers and every slot has one. */
  public Optional<String> problem() {
    try {
      for (RedisMaster master : masters()) {
        master.call(COMMANDS.ping());
        if (nodes.cluster() && !master.call(clusterInfo()).contains("cluster_state:ok")) {
          return Optional.of(
              master.address()
                  + " says that the cluster is not ok; run redis-cli --cluster check "
                  + master.address());
        }
      }
      return Optional.empty();
    } catch (RedisUnavailable | JedisDataException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  Tally tally() {
    return tally;
  }

  private <T> T guarded(Supplier<T> commands) {
    try {
      T result = commands.get();
      if (away.get() && away.compareAndSet(true, false)) {
        log.info("Redis answers again");
      }
      return result;
    } catch (RedisUnavailable e) {
      throw noted(e);
    } catch (JedisException e) {
      RuntimeException error = RedisUnavailable.or(e);
      throw error instanceof RedisUnavailable unavailable ? noted(unavailable) : error;
    }
  }

  private RedisUnavailable noted(RedisUnavailable e) {
    if (away.compareAndSet(false, true)) {
      log.warn("{}; tasks wait and no attempt is used up", e.getMessage());
    }
    return e;
  }

  private static CommandObject<String> clusterInfo() {
    return new CommandObject<>(
        new CommandArguments(Protocol.Command.CLUSTER).add("INFO"), BuilderFactory.STRING);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
