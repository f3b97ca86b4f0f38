package dev.sluice.worker.governor;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rows that the statements of one transaction insert, update or delete.
 *
 * <p>What the driver reports is what counts. An {@code INSERT … ON DUPLICATE KEY UPDATE} that
 * updates counts as two (the server counts one), an UPDATE that sets what is there already as one
 * (the server counts none): both err towards less load. An entry of a batch whose rows the driver
 * does not know, because it was rewritten into one statement, counts as one. Not seen are rows that
 * triggers and cascading foreign keys write, and those written through an updatable result set.
 *
 * <p>Threading: for the thread that uses the transaction's connection.
 */
public final class RowCount {
  private long total;

  /** Rows so far. */
  public long total() {
    return total;
  }

  /** Rows are known to have been written. */
  public void add(long rows) {
    total += rows;
  }

  /** A method of a statement has returned. */
  public void called(Statement statement, Method method, @Nullable Object result)
      throws SQLException {
    switch (method.getName()) {
      case "executeUpdate", "executeLargeUpdate" -> add(((Number) result).longValue());
      case "executeBatch" -> {
        for (int rows : (int[]) result) {
          addOne(rows);
        }
      }
      case "executeLargeBatch" -> {
        for (long rows : (long[]) result) {
          addOne(rows);
        }
      }
      case "execute" -> {
        if (Boolean.FALSE.equals(result)) {
          add(Math.max(0, statement.getUpdateCount()));
        }
      }
      default -> {}
    }
  }

  private void addOne(long rows) {
    add(rows == Statement.SUCCESS_NO_INFO ? 1 : Math.max(0, rows));
  }
}
