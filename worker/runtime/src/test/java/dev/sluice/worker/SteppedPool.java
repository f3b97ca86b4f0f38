package dev.sluice.worker;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A pool whose connections come as a test wants them, and whose commits do what it says. */
final class SteppedPool {
  /** What happens when a transaction is about to be committed. */
  @FunctionalInterface
  interface Commit {
    void of(Connection connection) throws SQLException;
  }

  /** What is done to a connection before it is handed out. */
  @FunctionalInterface
  interface Prepare {
    void prepare(Connection connection) throws SQLException;
  }

  private SteppedPool() {}

  static DataSource prepared(DataSource real, Prepare prepare) {
    return of(real, prepare, Connection::commit);
  }

  static DataSource committing(DataSource real, Commit commit) {
    return of(real, connection -> {}, commit);
  }

  private static DataSource of(DataSource real, Prepare prepare, Commit commit) {
    return proxy(
        DataSource.class,
        (proxy, method, arguments) -> {
          Object result = method.invoke(real, arguments);
          if (!(result instanceof Connection connection)) {
            return result;
          }
          prepare.prepare(connection);
          return connection(connection, commit);
        });
  }

  private static Connection connection(Connection real, Commit commit) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("commit")) {
            commit.of(real);
            return null;
          }
          return method.invoke(real, arguments);
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            SteppedPool.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return handler.invoke(proxy, method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
