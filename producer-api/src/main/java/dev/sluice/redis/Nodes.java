package dev.sluice.redis;

import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/**
 * The servers behind a URL. Every method but {@link #close} may throw a {@link
 * redis.clients.jedis.exceptions.JedisException}.
 *
 * <p>Threading: safe for use by any number of threads.
 */
interface Nodes extends AutoCloseable {

  /** Whether keys may be elsewhere than {@link #owner} believes. */
  boolean cluster();

  /** Who holds the key of a command, as far as is known. */
  HostAndPort owner(CommandArguments command);

  /** A connection that the caller closes. */
  Connection connect(HostAndPort node);

  /** A connection broke: those that lie idle are likely dead, too. */
  void lost(HostAndPort node);

  /** Learns anew who holds what. */
  void refresh();

  /** Those that take writes. */
  List<HostAndPort> masters();

  /** For commands that need no grouping. */
  UnifiedJedis client();

  @Override
  void close();
}
