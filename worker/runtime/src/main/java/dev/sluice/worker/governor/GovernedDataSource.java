package dev.sluice.worker.governor;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source under a ceiling: a connection is given once nothing is owed, and the rows that are
 * written through it are charged when its transaction ends. It gives none while the database is
 * away.
 *
 * <p>Threading: safe for use by any number of threads; each connection for one.
 */
final class GovernedDataSource {
  private final DataSource dataSource;
  private final DatabaseGovernor governor;

  GovernedDataSource(DataSource dataSource, DatabaseGovernor governor) {
    this.dataSource = dataSource;
    this.governor = governor;
  }

  /** It as what the rest of the world uses. */
  DataSource proxy() {
    return wrap(DataSource.class, dataSource, this::onDataSource);
  }

  private @Nullable Object onDataSource(Method method, Object @Nullable [] args) throws Throwable {
    if (!method.getName().equals("getConnection")) {
      return invoke(dataSource, method, args);
    }
    awaitBalance();
    return new Counted((Connection) Objects.requireNonNull(invoke(dataSource, method, args)))
        .proxy();
  }

  private void awaitBalance() throws SQLException {
    try {
      governor.awaitBalance();
    } catch (NotPermitted e) {
      throw new SQLTransientConnectionException(e.getMessage(), "08001", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while it waited for the ceiling", e);
    }
  }

  /** One connection, and the rows of its transaction. */
  private final class Counted {
    private final Connection connection;
    private final Connection proxy;
    private RowCount rows = new RowCount();

    private Counted(Connection connection) {
      this.connection = connection;
      proxy = wrap(Connection.class, connection, this::onConnection);
    }

    private Connection proxy() {
      return proxy;
    }

    private @Nullable Object onConnection(Method method, Object @Nullable [] args)
        throws Throwable {
      Object result;
      try {
        result = invoke(connection, method, args);
      } finally {
        switch (method.getName()) {
          // Where it commits by itself, what was written is settled when it is handed back.
          case "commit", "rollback", "close", "abort", "setAutoCommit" -> charge();
          default -> {}
        }
      }
      return result instanceof Statement statement
          ? wrap(
              method.getReturnType().asSubclass(Statement.class),
              statement,
              (inner, with) -> onStatement(statement, inner, with))
          : result;
    }

    private @Nullable Object onStatement(
        Statement statement, Method method, Object @Nullable [] args) throws Throwable {
      if (method.getName().equals("getConnection")) {
        return proxy;
      }
      Object result = invoke(statement, method, args);
      rows.called(statement, method, result);
      return result;
    }

    private void charge() {
      governor.charge(rows.total());
      rows = new RowCount();
    }
  }

  private @Nullable Object invoke(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      governor.failed(e.getCause());
      throw e.getCause();
    }
  }

  /** What a proxy does with all calls but those that every object has. */
  @FunctionalInterface
  private interface Call {
    @Nullable Object run(Method method, Object @Nullable [] args) throws Throwable;
  }

  private static <T> T wrap(Class<T> type, T target, Call call) {
    InvocationHandler handler =
        (self, method, args) ->
            switch (method.getName()) {
              case "equals" -> self == args[0];
              case "hashCode" -> System.identityHashCode(self);
              case "toString" -> "governed " + target;
              default -> call.run(method, args);
            };
    return type.cast(
        Proxy.newProxyInstance(
            GovernedDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
