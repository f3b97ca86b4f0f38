package dev.sluice.worker.sql;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.message.MalformedMessage;
import dev.sluice.message.TaskBody;
import dev.sluice.worker.BatchHandler;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOutcome;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.PayloadReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the statement of an SQL task for a batch of them.
 *
 * <p>Threading: immutable.
 */
final class SqlTaskHandler implements BatchHandler<SqlArguments>, PayloadReader<SqlArguments> {
  private final ArgumentReader arguments;
  private final String sql;
  private final int[] places;
  private final @Nullable CounterMerge merge;

  /**
   * A handler.
   *
   * @param sql what JDBC prepares
   * @param places for each {@code ?} of it which parameter it is
   * @param merge null to write each task by itself
   */
  SqlTaskHandler(ArgumentReader arguments, String sql, int[] places, @Nullable CounterMerge merge) {
    this.arguments = arguments;
    this.sql = sql;
    this.places = places.clone();
    this.merge = merge;
  }

  @Override
  public SqlArguments read(TaskBody body) throws MalformedMessage {
    return arguments.read(body);
  }

  @Override
  public BatchOutcome handle(List<BatchItem<SqlArguments>> batch, Connection transaction)
      throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>(batch.size());
    batch.forEach(item -> rows.add(item.payload().values()));
    try {
      write(merge == null ? rows : merge.merged(rows), transaction);
      return BatchOutcome.completed();
    } catch (SQLException e) {
      String refusal = batch.size() == 1 ? refusal(e) : null;
      if (refusal == null) {
        throw e;
      }
      return BatchOutcome.completed().but(batch.get(0), new Outcome.Dead(refusal, e));
    }
  }

  private void write(Collection<List<@Nullable Object>> rows, Connection transaction)
      throws SQLException {
    try (PreparedStatement statement = transaction.prepareStatement(sql)) {
      if (rows.size() == 1) {
        bind(statement, rows.iterator().next());
        statement.executeUpdate();
        return;
      }
      for (List<@Nullable Object> row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void bind(PreparedStatement statement, List<@Nullable Object> row) throws SQLException {
    for (int i = 0; i < places.length; i++) {
      statement.setObject(i + 1, row.get(places[i]));
    }
  }

  /** Why the task can never be applied as it is; null when it may be another time. */
  private static @Nullable String refusal(SQLException e) {
    SqlErrorClass kind = SqlErrors.classify(e);
    if (kind == SqlErrorClass.DATA) {
      return "the database refuses a value of it: " + e.getMessage();
    }
    return kind == SqlErrorClass.DUPLICATE_KEY
        ? "its row exists already, and its statement does not say ON DUPLICATE KEY UPDATE: "
            + e.getMessage()
        : null;
  }
}
