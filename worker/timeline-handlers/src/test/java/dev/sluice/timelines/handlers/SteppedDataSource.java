package dev.sluice.timelines.handlers;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Does something before the second connection of an attempt, the one that moves the lane. */
final class SteppedDataSource implements DataSource {
  /** What happens between Redis and the row. */
  interface Step {
    void run() throws Exception;
  }

  private final DataSource real;
  private final Step between;
  private final AtomicInteger connections = new AtomicInteger();

  SteppedDataSource(DataSource real, Step between) {
    this.real = real;
    this.between = between;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (connections.incrementAndGet() == 2) {
      try {
        between.run();
      } catch (SQLException e) {
        throw e;
      } catch (Exception e) {
        throw new SQLException(e);
      }
    }
    return real.getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return real.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    real.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    real.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return real.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return real.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return real.isWrapperFor(type);
  }
}
