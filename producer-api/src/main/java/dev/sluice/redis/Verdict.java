package dev.sluice.redis;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** What an error of Redis means for the command that got it. */
enum Verdict {
  /** Another master holds the slot now. */
  MOVED,
  /** The slot is on its way to another master, which has the key already. */
  ASK,
  /** The server, or the way to it, is in trouble that may pass. */
  LATER,
  /** The server is well and does not let us in: only an operator can help. */
  DENIED,
  /** The command itself is wrong. */
  WRONG;

  /** First words of the errors that a healthy command gets from a Redis in trouble. */
  private static final Set<String> TROUBLE =
      Set.of(
          "OOM",
          "LOADING",
          "READONLY",
          "MISCONF",
          "BUSY",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "NOREPLICAS",
          "NOGOODSLAVE");

  private static final String TOO_MANY_CLIENTS = "ERR max number of clients reached";
  private static final String NO_CLUSTER = "ERR This instance has cluster support disabled";

  static Verdict of(JedisException error) {
    if (error instanceof JedisMovedDataException) {
      return MOVED;
    }
    if (error instanceof JedisAskDataException) {
      return ASK;
    }
    if (error instanceof JedisAccessControlException) {
      return DENIED;
    }
    if (error instanceof JedisDataException) {
      return ofText(String.valueOf(error.getMessage()));
    }
    // A pool hides what the server said to a new connection.
    @Nullable Throwable cause = error.getCause();
    return cause instanceof JedisDataException said && of(said) == DENIED ? DENIED : LATER;
  }

  private static Verdict ofText(String message) {
    if (message.startsWith(NO_CLUSTER)) {
      return DENIED;
    }
    return TROUBLE.contains(message.split(" ", 2)[0]) || message.startsWith(TOO_MANY_CLIENTS)
        ? LATER
        : WRONG;
  }
}
