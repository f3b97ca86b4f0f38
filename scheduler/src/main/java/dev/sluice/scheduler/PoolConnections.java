package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/**
 * Lends Quartz the connections of our own pool. Quartz finds it by a name in a registry of the
 * whole JVM, which nothing is ever removed from: at its end it lets go of the pool.
 *
 * <p>Threading: safe.
 */
final class PoolConnections implements ConnectionProvider {
  private final AtomicReference<@Nullable DataSource> pool;

  private PoolConnections(DataSource pool) {
    this.pool = new AtomicReference<>(pool);
  }

  /** Returns the name under which Quartz finds the pool. */
  static String register(DataSource pool) {
    String name = "sluice-" + UUID.randomUUID();
    DBConnectionManager.getInstance().addConnectionProvider(name, new PoolConnections(pool));
    return name;
  }

  @Override
  public Connection getConnection() throws SQLException {
    DataSource open = pool.get();
    if (open == null) {
      throw new SQLException("the scheduler is closed");
    }
    return open.getConnection();
  }

  @Override
  public void shutdown() {
    pool.set(null);
  }

  @Override
  public void initialize() {}
}
