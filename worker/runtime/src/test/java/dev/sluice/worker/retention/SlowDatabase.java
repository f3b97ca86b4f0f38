package dev.sluice.worker.retention;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * A database whose deletions take as long as the test says, by the clock of the test; it remembers
 * how many rows each had.
 */
final class SlowDatabase {
  private final TruncationFixture fixture;
  final List<Integer> batches = new ArrayList<>();
  private Duration deletion;

  SlowDatabase(TruncationFixture fixture, Duration deletion) {
    this.fixture = fixture;
    this.deletion = deletion;
  }

  void deletionsTake(Duration time) {
    deletion = time;
  }

  DataSource dataSource() {
    return wrap(
        DataSource.class,
        fixture.database.dataSource(),
        result ->
            result instanceof Connection connection
                ? wrap(Connection.class, connection, this::statement)
                : result);
  }

  private Object statement(Object result) {
    return result instanceof PreparedStatement statement
        ? wrap(PreparedStatement.class, statement, this::counted)
        : result;
  }

  /** Of all that these statements return, only counts of rows are numbers. */
  private Object counted(Object result) {
    if (result instanceof Integer rows) {
      batches.add(rows);
      fixture.took(deletion);
    }
    return result;
  }

  private interface Change {
    Object of(Object result) throws SQLException;
  }

  private static <T> T wrap(Class<T> type, T target, Change change) {
    return type.cast(
        Proxy.newProxyInstance(
            SlowDatabase.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return change.of(method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
