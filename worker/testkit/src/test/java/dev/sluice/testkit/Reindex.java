package dev.sluice.testkit;

import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An example of a long task, one that goes over a whole table: it counts the words of every
 * document into a column, a few documents a step, in two lanes. The writes commit together with the
 * lane's position, so each document is counted once, whatever crashes.
 */
final class Reindex implements LongTask<Reindex.Payload> {
  /**
   * What to do.
   *
   * @param middle the last id of the first lane
   */
  record Payload(long middle) {}

  static final int STEP = 10;

  private final Supplier<DataSource> dataSource;

  Reindex(Supplier<DataSource> dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public Plan plan(Payload payload, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM doc")) {
      row.next();
      String middle = Long.toString(payload.middle());
      return new Plan(List.of(new Slice(null, middle), new Slice(middle, null)), row.getLong(1));
    }
  }

  @Override
  public Step step(Payload payload, Slice slice) throws SQLException {
    Map<Long, Integer> words = page(slice);
    if (words.isEmpty()) {
      return Step.last(0);
    }
    String lastId = new ArrayList<>(words.keySet()).get(words.size() - 1).toString();
    return Step.upTo(lastId, words.size()).with(connection -> write(connection, words));
  }

  private Map<Long, Integer> page(Slice slice) throws SQLException {
    try (Connection connection = dataSource.get().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, text FROM doc WHERE id > ? AND id <= ? ORDER BY id LIMIT ?")) {
      select.setLong(1, id(slice.after(), Long.MIN_VALUE));
      select.setLong(2, id(slice.upTo(), Long.MAX_VALUE));
      select.setInt(3, STEP);
      Map<Long, Integer> words = new LinkedHashMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          words.put(row.getLong(1), row.getString(2).split(" ").length);
        }
      }
      return words;
    }
  }

  private static void write(Connection connection, Map<Long, Integer> words) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE doc SET words = words + ? WHERE id = ?")) {
      for (Map.Entry<Long, Integer> document : words.entrySet()) {
        update.setInt(1, document.getValue());
        update.setLong(2, document.getKey());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  private static long id(@Nullable String position, long otherwise) {
    return position == null ? otherwise : Long.parseLong(position);
  }
}
