package dev.sluice.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClusterInfoCache;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The masters of a cluster, each of which holds the keys of some of the 16384 slots. Looked for
 * when first needed.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class ClusterNodes implements Nodes {
  private final RedisUrl url;
  private final RedisOptions options;
  private final Object connecting = new Object();
  private volatile @Nullable Found found;
  private volatile int failures;
  private volatile @Nullable JedisException lastFailure;
  private volatile boolean closed;

  ClusterNodes(RedisUrl url, RedisOptions options) {
    this.url = url;
    this.options = options;
  }

  @Override
  public boolean cluster() {
    return true;
  }

  @Override
  public HostAndPort owner(CommandArguments command) {
    List<Object> keys = command.getKeys();
    if (keys.isEmpty()) {
      return anyMaster();
    }
    int slot =
        keys.get(0) instanceof byte[] bytes
            ? JedisClusterCRC16.getSlot(bytes)
            : JedisClusterCRC16.getSlot(keys.get(0).toString());
    HostAndPort owner = found().provider.getNode(slot);
    // Whoever is asked will say who holds the slot, or that nobody does.
    return owner == null ? anyMaster() : owner;
  }

  @Override
  public Connection connect(HostAndPort node) {
    return found().provider.getConnection(node);
  }

  @Override
  public void lost(HostAndPort node) {
    @Nullable ConnectionPool pool =
        found().provider.getNodes().get(JedisClusterInfoCache.getNodeKey(node));
    if (pool != null) {
      pool.clear();
    }
  }

  @Override
  public void refresh() {
    found().provider.renewSlotCache();
  }

  @Override
  public List<HostAndPort> masters() {
    refresh();
    return found().provider.getPrimaryNodes().keySet().stream()
        .sorted()
        .map(HostAndPort::from)
        .toList();
  }

  @Override
  public UnifiedJedis client() {
    return found().client;
  }

  @Override
  public void close() {
    synchronized (connecting) {
      closed = true;
      Found present = found;
      if (present != null) {
        present.client.close();
      }
    }
  }

  private HostAndPort anyMaster() {
    return found().provider.getPrimaryNodes().keySet().stream()
        .findAny()
        .map(HostAndPort::from)
        .orElseThrow(() -> new JedisClusterOperationException("the cluster has no master"));
  }

  private Found found() {
    Found present = found;
    return present == null ? find(failures) : present;
  }

  /**
   * @param failuresSeen before the lock was waited for: of those who wait while one thread tries in
   *     vain, none tries again
   */
  private Found find(int failuresSeen) {
    synchronized (connecting) {
      Found present = found;
      if (present != null) {
        return present;
      }
      JedisException failure = lastFailure;
      if (closed) {
        throw new JedisException("the connections to " + url + " are closed");
      }
      if (failures != failuresSeen && failure != null) {
        throw failure;
      }
      try {
        ClusterConnectionProvider provider = RedisConnections.provider(url, options);
        present = new Found(provider, RedisConnections.cluster(url, options, provider));
        found = present;
        return present;
      } catch (JedisException e) {
        JedisException explained = explained(e);
        lastFailure = explained;
        failures++;
        throw explained;
      }
    }
  }

  /** Jedis hides why no node would tell about the cluster. */
  private JedisException explained(JedisException e) {
    Throwable cause = e.getSuppressed().length > 0 ? e.getSuppressed()[0] : e;
    return cause instanceof JedisException reason && Verdict.of(reason) == Verdict.DENIED
        ? reason
        : new JedisClusterOperationException(
            "no node of " + url + " tells about a cluster: " + cause.getMessage(), cause);
  }

  private record Found(ClusterConnectionProvider provider, UnifiedJedis client) {}
}
