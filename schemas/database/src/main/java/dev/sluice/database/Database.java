package dev.sluice.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A pool of connections to one database, and its migrations.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Database implements AutoCloseable {
  private final HikariDataSource pool;
  private final Dialect dialect;
  private final String place;

  private Database(HikariDataSource pool, Dialect dialect, String place) {
    this.pool = pool;
    this.dialect = dialect;
    this.place = place;
  }

  /**
   * Opens a pool and connects once.
   *
   * @throws DatabaseUnavailable when there is no such database, or it refuses us
   */
  public static Database open(DatabaseOptions options) {
    String place = DatabaseUrl.place(options.url());
    HikariConfig config = PoolConfig.of(options);
    HikariDataSource pool;
    try {
      pool = new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw Refusals.explain(place, options, e.getCause() == null ? e : e.getCause());
    }
    try (Connection connection = pool.getConnection()) {
      return new Database(pool, Dialect.of(connection), place);
    } catch (SQLException e) {
      pool.close();
      throw Refusals.explain(place, options, e);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /** Connections with READ COMMITTED, in UTC, committing by themselves until told otherwise. */
  public DataSource dataSource() {
    return pool;
  }

  /** How many connections it holds at most. */
  public int poolSize() {
    return pool.getMaximumPoolSize();
  }

  /** What the server is. */
  public Dialect dialect() {
    return dialect;
  }

  /**
   * Creates or upgrades Sluice's tables; does nothing when they are up to date. A migration that
   * broke off half-way, in this process or another, is run again.
   *
   * @throws DatabaseUnavailable when it fails, with the server's reason
   */
  public void migrate() {
    try {
      new Migrations(pool, dialect).migrate();
    } catch (SQLException e) {
      throw new DatabaseUnavailable(
          "the tables of "
              + place
              + " could not be brought up to date; check that the user may create and alter tables,"
              + " then start again (it continues where it stopped): "
              + e.getMessage(),
          e);
    }
  }

  /** Closes every connection. */
  @Override
  public void close() {
    pool.close();
  }
}
