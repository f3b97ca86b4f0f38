package dev.sluice.worker;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.worker.governor.RowCount;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a handler gets for a transaction of the worker's. It refuses what would end
 * the worker's transaction, remembers when the server rolled it back although the handler swallowed
 * the error, and works no more once the attempt has ended.
 *
 * <p>Threading: for the handler's thread; {@link #close} ends it for every thread.
 */
public final class GuardedConnection implements AutoCloseable {
  private static final Set<String> REFUSED =
      Set.of("commit", "close", "setAutoCommit", "abort", "unwrap", "beginRequest", "endRequest");

  private final Connection guarded;
  private final RowCount rows;
  private volatile boolean closed;
  private volatile @Nullable SQLException rolledBack;

  /**
   * Guards a connection whose transaction has begun.
   *
   * @param connection the worker's own, which stays as it is
   */
  public GuardedConnection(Connection connection) {
    this(connection, new RowCount());
  }

  /** The same, counting the rows that are written through it. */
  GuardedConnection(Connection connection, RowCount rows) {
    this.rows = rows;
    guarded =
        proxy(Connection.class, (proxy, method, args) -> onConnection(connection, method, args));
  }

  /** What the handler may have. */
  public Connection connection() {
    return guarded;
  }

  /** Throws the error with which the server rolled the transaction back, if it did. */
  public void throwIfRolledBack() throws SQLException {
    SQLException cause = rolledBack;
    if (cause != null) {
      throw cause;
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private @Nullable Object onConnection(
      Connection connection, Method method, Object @Nullable [] args) throws Throwable {
    String name = method.getName();
    // Back to a savepoint is the handler's own business: its savepoints are behind the inbox row.
    if (REFUSED.contains(name) || name.equals("rollback") && args == null) {
      throw new SQLException(
          "a handler must not call Connection."
              + name
              + "; the worker ends the transaction when the handler has returned");
    }
    if (name.equals("isWrapperFor")) {
      return false;
    }
    return call(connection, method, args);
  }

  private @Nullable Object onOther(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    return method.getName().equals("getConnection") ? guarded : call(target, method, args);
  }

  private @Nullable Object call(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    if (closed) {
      throw new SQLException("the attempt has ended; its connection cannot be used any more");
    }
    try {
      Object result = method.invoke(target, args);
      if (target instanceof Statement statement) {
        rows.called(statement, method, result);
      }
      return result instanceof Statement || result instanceof DatabaseMetaData
          ? proxy(method.getReturnType(), (proxy, inner, with) -> onOther(result, inner, with))
          : result;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException sql) {
        remember(sql);
      }
      throw e.getCause();
    }
  }

  private void remember(SQLException error) {
    if (SqlErrors.classify(error) == SqlErrorClass.DEADLOCK) {
      rolledBack = error;
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            GuardedConnection.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "equals" -> proxy == args[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "toString" -> "guarded " + type.getSimpleName();
                  default -> handler.invoke(proxy, method, args);
                }));
  }
}
