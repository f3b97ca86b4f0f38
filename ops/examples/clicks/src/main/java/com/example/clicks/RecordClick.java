package com.example.clicks;

import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TransactionalHandler;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Writes a click to the table, effectively once: no unique key is needed. */
final class RecordClick implements TransactionalHandler<Click> {

  @Override
  public Outcome handle(Click click, TaskContext task, Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO clicks (user_id, page) VALUES (?, ?)")) {
      insert.setLong(1, click.user());
      insert.setString(2, click.page());
      insert.executeUpdate();
    }
    return Outcome.completed();
  }
}
