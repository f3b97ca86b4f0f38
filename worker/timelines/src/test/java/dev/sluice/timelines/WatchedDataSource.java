package dev.sluice.timelines;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Counts statements, and lets a test act at the moment when a reader has read. */
final class WatchedDataSource implements DataSource {
  private final DataSource real;
  private final Queue<String> statements = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Action> next = new AtomicReference<>();

  WatchedDataSource(DataSource real) {
    this.real = real;
  }

  /** What a test does in between. */
  interface Action {
    void run() throws Exception;
  }

  /** Runs when the next connection is given back: its owner has read and knows nothing of it. */
  void afterNextRead(Action action) {
    next.set(action);
  }

  /** Statements prepared since the last call. */
  int statements() {
    return statementsLike("");
  }

  /** Those of them that contain a text. */
  int statementsLike(String text) {
    int found = 0;
    for (String sql = statements.poll(); sql != null; sql = statements.poll()) {
      found += sql.contains(text) ? 1 : 0;
    }
    return found;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = real.getConnection();
    return (Connection)
        Proxy.newProxyInstance(
            WatchedDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("prepareStatement")) {
                statements.add((String) arguments[0]);
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                Action action = method.getName().equals("close") ? next.getAndSet(null) : null;
                if (action != null) {
                  action.run();
                }
              }
            });
  }

  @Override
  public Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PrintWriter getLogWriter() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setLogWriter(PrintWriter out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setLoginTimeout(int seconds) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int getLoginTimeout() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Logger getParentLogger() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
