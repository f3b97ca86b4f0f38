package dev.sluice.timelines.handlers;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections that lose their server at the commit. */
final class FailingCommit {
  static final String MESSAGE = "the server went away";

  private FailingCommit() {}

  static DataSource on(DataSource real) {
    return (DataSource)
        Proxy.newProxyInstance(
            FailingCommit.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                method.getName().equals("getConnection")
                    ? on(real.getConnection())
                    : method.invoke(real, arguments));
  }

  private static Connection on(Connection real) {
    return (Connection)
        Proxy.newProxyInstance(
            FailingCommit.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("commit")) {
                throw new SQLException(MESSAGE);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
