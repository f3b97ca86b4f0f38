package dev.sluice.redis;

import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/**
 * One server that holds every key.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class SingleNode implements Nodes {
  private final HostAndPort node;
  private final RedisClient client;

  SingleNode(RedisUrl url, RedisOptions options) {
    node = RedisConnections.node(url);
    client = RedisConnections.single(url, options);
  }

  @Override
  public boolean cluster() {
    return false;
  }

  @Override
  public HostAndPort owner(CommandArguments command) {
    return node;
  }

  @Override
  public Connection connect(HostAndPort to) {
    return client.getPool().getResource();
  }

  @Override
  public void lost(HostAndPort lost) {
    client.getPool().clear();
  }

  @Override
  public void refresh() {
    // It holds every key, whatever happens.
  }

  @Override
  public List<HostAndPort> masters() {
    return List.of(node);
  }

  @Override
  public UnifiedJedis client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}
