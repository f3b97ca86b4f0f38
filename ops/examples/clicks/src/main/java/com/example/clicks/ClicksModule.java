package com.example.clicks;

import dev.sluice.worker.Handlers;
import dev.sluice.worker.TaskModule;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** What {@code sluice worker --lib} finds in this jar. */
public final class ClicksModule implements TaskModule {

  @Override
  public void register(Handlers handlers, Services services) {
    createTable(
        services
            .dataSource()
            .orElseThrow(() -> new IllegalStateException("clicks need a database")));
    handlers.handle(Click.RECORD, new RecordClick());
  }

  private static void createTable(DataSource database) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS clicks (user_id BIGINT NOT NULL, page VARCHAR(200) NOT NULL)");
    } catch (SQLException e) {
      throw new IllegalStateException("the table of clicks cannot be created", e);
    }
  }
}
