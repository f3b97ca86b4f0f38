package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors that real databases throw, and the classes they belong to. */
abstract class SqlErrorsContract {
  Database database;

  abstract DatabaseOptions empty() throws SQLException;

  /** Makes a session wait for a row lock for the shortest time that can be set. */
  abstract String shortLockWait();

  @BeforeEach
  void open() throws SQLException {
    database = Database.open(empty());
    TestDatabases.execute(
        database,
        "CREATE TABLE pair (id INT PRIMARY KEY, tiny TINYINT NOT NULL, name VARCHAR(3))",
        "INSERT INTO pair VALUES (1, 1, 'a'), (2, 2, 'b')");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DUPLICATE_KEY | INSERT INTO pair VALUES (1, 1, 'a')",
        "DATA | INSERT INTO pair VALUES (3, 1, 'long')",
        "DATA | INSERT INTO pair VALUES (3, 1000, 'a')",
        "DATA | INSERT INTO pair VALUES (3, NULL, 'a')",
        "SCHEMA | INSERT INTO pear VALUES (3, 1, 'a')",
        "SCHEMA | UPDATE pair SET nothing = 1",
        "SCHEMA | INSERT INTO pair VALUES (3, 1)",
        "SCHEMA | INSRT INTO pair VALUES (3, 1, 'a')"
      })
  void a_statement_s_error_has_a_class(SqlErrorClass expected, String sql) {
    assertThat(classOf(() -> TestDatabases.execute(database, sql))).isEqualTo(expected);
  }

  @Test
  void a_row_locked_by_somebody_else_is_a_lock_timeout() throws Exception {
    try (Connection holder = database.dataSource().getConnection();
        Connection waiter = database.dataSource().getConnection();
        Statement hold = holder.createStatement();
        Statement wait = waiter.createStatement()) {
      holder.setAutoCommit(false);
      hold.execute("UPDATE pair SET name = 'x' WHERE id = 1");
      wait.execute(shortLockWait());
      assertThat(classOf(() -> wait.execute("UPDATE pair SET name = 'y' WHERE id = 1")))
          .isEqualTo(SqlErrorClass.LOCK_TIMEOUT);
      holder.rollback();
    }
  }

  @Test
  void of_two_transactions_that_wait_for_each_other_one_is_a_deadlock() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CountDownLatch bothHold = new CountDownLatch(2);
      Future<SqlErrorClass> one = threads.submit(() -> lockBoth(1, 2, bothHold));
      Future<SqlErrorClass> other = threads.submit(() -> lockBoth(2, 1, bothHold));
      assertThat(new SqlErrorClass[] {one.get(), other.get()})
          .containsExactlyInAnyOrder(SqlErrorClass.DEADLOCK, SqlErrorClass.OTHER);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Gives OTHER when there is no error. */
  private SqlErrorClass lockBoth(int first, int second, CountDownLatch bothHold) throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("UPDATE pair SET name = 'x' WHERE id = " + first);
      bothHold.countDown();
      bothHold.await();
      try {
        statement.execute("UPDATE pair SET name = 'y' WHERE id = " + second);
        return SqlErrorClass.OTHER;
      } catch (SQLException e) {
        return SqlErrors.classify(e);
      } finally {
        connection.rollback();
      }
    }
  }

  static SqlErrorClass classOf(ThrowingCallable statement) {
    return SqlErrors.classify(catchThrowableOfType(SQLException.class, statement));
  }
}
