package dev.sluice.worker.retention;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database in which somebody else writes between the look at old rows and their deletion. */
final class RacingDatabase {
  private final DataSource target;
  private @Nullable Write write;

  interface Write {
    void run() throws SQLException;
  }

  /** Writes once, before the first deletion. */
  RacingDatabase(DataSource target, Write write) {
    this.target = target;
    this.write = write;
  }

  DataSource dataSource() {
    return wrap(DataSource.class, target);
  }

  private <T> T wrap(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            RacingDatabase.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (arguments != null && String.valueOf(arguments[0]).startsWith("DELETE")) {
                writeOnce();
              }
              return call(real, method, arguments);
            }));
  }

  private Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      Object result = method.invoke(real, arguments);
      return result instanceof Connection connection ? wrap(Connection.class, connection) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void writeOnce() throws SQLException {
    Write once = write;
    write = null;
    if (once != null) {
      once.run();
    }
  }
}
