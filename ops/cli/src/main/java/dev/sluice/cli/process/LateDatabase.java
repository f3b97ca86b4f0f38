package dev.sluice.cli.process;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseUnavailable;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database that is opened, and brought up to date, when it is first asked for a connection: the
 * process starts without it and does what needs none.
 *
 * <p>Threading: safe for use by any number of threads; while one opens it, others wait.
 */
public final class LateDatabase implements AutoCloseable {
  private final Supplier<Database> opening;
  private final boolean migrating;
  private @Nullable Database opened;

  /**
   * A database that is not open yet.
   *
   * @param opening opens it; called again after it failed
   */
  public LateDatabase(Supplier<Database> opening) {
    this(opening, true);
  }

  private LateDatabase(Supplier<Database> opening, boolean migrating) {
    this.opening = opening;
    this.migrating = migrating;
  }

  /** A copy that is brought up to date by the database that it is a copy of. */
  public static LateDatabase replica(Supplier<Database> opening) {
    return new LateDatabase(opening, false);
  }

  /** Hands out connections and does nothing else. */
  public DataSource dataSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            LateDatabase.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection") && method.getParameterCount() == 0) {
                return connection();
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private Connection connection() throws SQLException {
    return database().dataSource().getConnection();
  }

  private synchronized Database database() throws SQLException {
    if (opened != null) {
      return opened;
    }
    try {
      opened = migrating ? migrated(opening.get()) : opening.get();
      return opened;
    } catch (DatabaseUnavailable e) {
      throw new SQLTransientConnectionException(e.getMessage(), e);
    }
  }

  private static Database migrated(Database database) {
    try {
      database.migrate();
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }
}
