package dev.sluice.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables up to this release. Every statement of a migration may run again, so one that
 * broke off half-way is simply run once more.
 */
final class Migrations {
  static final String HISTORY = "sluice_schema_history";

  private static final Logger log = LoggerFactory.getLogger(Migrations.class);
  private static final String FOLDER = "classpath:dev/sluice/database/migrations/";

  private static final int TRIES = 100;
  private static final Duration PAUSE = Duration.ofMillis(100);

  // Each statement that changes a table ends a transaction of H2, and with it Flyway's lock on its
  // history. An H2 lives in one process, so a lock of the process does.
  private static final Lock ONE_AT_A_TIME_ON_H2 = new ReentrantLock();

  private final DataSource dataSource;
  private final boolean locking;
  private final Flyway flyway;

  Migrations(DataSource dataSource, Dialect dialect) {
    this.dataSource = dataSource;
    locking = dialect == Dialect.H2;
    flyway =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(dataSource)
            .locations(FOLDER + dialect.migrations())
            .loggers("slf4j")
            .failOnMissingLocations(true)
            .table(HISTORY)
            // The inbox lives beside the application's own tables, which are there first.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .baselineDescription("what was here before Sluice")
            .load();
  }

  void migrate() throws SQLException {
    if (!locking) {
      migrateBeside();
      return;
    }
    ONE_AT_A_TIME_ON_H2.lock();
    try {
      migrateBeside();
    } finally {
      ONE_AT_A_TIME_ON_H2.unlock();
    }
  }

  /** Beside others that may be doing the same. */
  private void migrateBeside() throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        forgetFailures();
        flyway.migrate();
        return;
      } catch (FlywayException e) {
        if (tries == TRIES || !anotherBegins(e)) {
          throw explained(e);
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /**
   * Whether another process has made the history and not written its first row yet. Flyway locks
   * its migrations against each other, but not that.
   */
  private static boolean anotherBegins(FlywayException e) {
    return String.valueOf(e.getMessage()).contains("already exists, and is empty");
  }

  private static SQLException explained(FlywayException e) {
    return e.getCause() instanceof SQLException sql
        ? new SQLException(e.getMessage(), sql.getSQLState(), sql.getErrorCode(), e)
        : new SQLException(e.getMessage(), e);
  }

  /** Not Flyway's repair, which would also accept migrations that were changed afterwards. */
  private void forgetFailures() throws SQLException {
    boolean failed = false;
    for (MigrationInfo migration : flyway.info().all()) {
      if (migration.getState() == MigrationState.FAILED) {
        log.warn("migration {} broke off earlier and is run again", migration.getScript());
        failed = true;
      }
    }
    if (failed) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        String quote = connection.getMetaData().getIdentifierQuoteString();
        String table = quote + HISTORY + quote;
        String success = quote + "success" + quote;
        statement.executeUpdate("DELETE FROM " + table + " WHERE NOT " + success);
      }
    }
  }
}
