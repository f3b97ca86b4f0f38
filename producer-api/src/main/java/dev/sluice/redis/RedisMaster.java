package dev.sluice.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One of the servers that hold keys, for commands that concern a server rather than a key: SCAN,
 * CONFIG GET, INFO.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class RedisMaster {
  private static final Pattern RUN = Pattern.compile("^run_id:(\\w+)", Pattern.MULTILINE);

  private final Nodes nodes;
  private final HostAndPort node;

  RedisMaster(Nodes nodes, HostAndPort node) {
    this.nodes = nodes;
    this.node = node;
  }

  /** Host and port. */
  public String address() {
    return node.toString();
  }

  /**
   * Names one run of the server: another after each start, and after each fail-over.
   *
   * @throws RedisUnavailable when it is away
   */
  public String run() {
    Matcher run = RUN.matcher(call(Redis.COMMANDS.info("server")));
    return address() + '/' + (run.find() ? run.group(1) : "unknown");
  }

  /**
   * Its reply to a command that reads; such a command is repeated when the connection turns out to
   * be dead.
   *
   * @throws RedisUnavailable when it is away
   * @throws redis.clients.jedis.exceptions.JedisDataException when the command was wrong
   */
  public <T> T call(CommandObject<T> command) {
    try {
      try {
        return attempt(command);
      } catch (JedisConnectionException e) {
        nodes.lost(node);
        return attempt(command);
      }
    } catch (JedisException e) {
      throw Verdict.of(e) == Verdict.WRONG
          ? e
          : new RedisUnavailable(address() + ": " + e.getMessage(), e);
    }
  }

  private <T> T attempt(CommandObject<T> command) {
    try (Connection connection = nodes.connect(node)) {
      return connection.executeCommand(command);
    }
  }
}
