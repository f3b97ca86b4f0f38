package dev.sluice.worker.dead;

import dev.sluice.message.DeadReason;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a task dies whether the cause passes by itself: a server that was away, a deploy
 * that was under way. Classes are known by name, since the archiver need not have the handlers'
 * libraries, and never loads a class that a message names.
 */
final class TransientCauses {
  private static final Set<String> EXCEPTIONS =
      Set.of(
          "java.sql.SQLTransientException",
          "java.sql.SQLTransientConnectionException",
          "java.sql.SQLTransactionRollbackException",
          "java.sql.SQLTimeoutException",
          "java.sql.SQLRecoverableException",
          "java.sql.SQLNonTransientConnectionException",
          "com.mysql.cj.jdbc.exceptions.CommunicationsException",
          "com.mysql.cj.jdbc.exceptions.ConnectionIsClosedException",
          "com.mysql.cj.jdbc.exceptions.MySQLQueryInterruptedException",
          "com.mysql.cj.jdbc.exceptions.MySQLTimeoutException",
          "com.mysql.cj.jdbc.exceptions.MySQLTransactionRollbackException",
          "com.mysql.cj.exceptions.CJCommunicationsException",
          "dev.sluice.database.DatabaseUnavailable",
          "java.io.IOException",
          "java.io.EOFException",
          "java.io.InterruptedIOException",
          "java.net.SocketException",
          "java.net.SocketTimeoutException",
          "java.net.ConnectException",
          "java.net.NoRouteToHostException",
          "java.net.PortUnreachableException",
          "java.net.UnknownHostException",
          "java.net.http.HttpConnectTimeoutException",
          "java.net.http.HttpTimeoutException",
          "java.nio.channels.ClosedChannelException",
          "java.util.concurrent.TimeoutException",
          "javax.net.ssl.SSLException",
          "redis.clients.jedis.exceptions.JedisBusyException",
          "redis.clients.jedis.exceptions.JedisClusterOperationException",
          "redis.clients.jedis.exceptions.JedisConnectionException",
          "redis.clients.jedis.exceptions.JedisExhaustedPoolException",
          "dev.sluice.redis.RedisUnavailable",
          "dev.sluice.task.RetryAfter");

  private static final Pattern CAUSE =
      Pattern.compile("^Caused by: ([\\p{Alnum}_.$]+)", Pattern.MULTILINE);

  private TransientCauses() {}

  /**
   * @param exception class name of the last exception; null for none
   * @param stack its stack trace as Java prints it; its causes count too
   */
  static boolean passes(DeadReason reason, @Nullable String exception, @Nullable String stack) {
    return switch (reason) {
      case UNKNOWN_TASK, NEWER_PAYLOAD -> true;
      case RETRIES_EXHAUSTED -> known(exception) || anyCauseKnown(stack);
      case REJECTED,
          MALFORMED,
          SCHEMA_VIOLATION,
          TOO_LARGE,
          WORKER_LOST,
          UNROUTED,
          EXPIRED,
          TOO_OLD ->
          false;
    };
  }

  private static boolean known(@Nullable String exception) {
    return exception != null && EXCEPTIONS.contains(exception);
  }

  private static boolean anyCauseKnown(@Nullable String stack) {
    if (stack == null) {
      return false;
    }
    Matcher cause = CAUSE.matcher(stack);
    while (cause.find()) {
      if (known(cause.group(1))) {
        return true;
      }
    }
    return false;
  }
}
