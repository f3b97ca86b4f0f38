package dev.sluice.redis;

import java.time.Duration;

/**
 * How long Redis is waited for.
 *
 * @param connect for a connection to be made; default 2 s
 * @param reply for a reply, and for a free connection of the pool; default 5 s
 * @param patience how long commands that Redis could not take are sent again, so that a cluster's
 *     switch from one master to another goes unseen; default 1 s, for the caller may hold a
 *     transaction meanwhile
 * @param connections at most so many to each server at once; default 64
 */
public record RedisOptions(Duration connect, Duration reply, Duration patience, int connections) {

  public static final RedisOptions DEFAULTS =
      new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(1), 64);

  public RedisOptions withConnect(Duration newConnect) {
    return new RedisOptions(newConnect, reply, patience, connections);
  }

  public RedisOptions withReply(Duration newReply) {
    return new RedisOptions(connect, newReply, patience, connections);
  }

  public RedisOptions withPatience(Duration newPatience) {
    return new RedisOptions(connect, reply, newPatience, connections);
  }

  public RedisOptions withConnections(int newConnections) {
    return new RedisOptions(connect, reply, patience, newConnections);
  }
}
