package dev.sluice.scheduler;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.message.Message;
import dev.sluice.message.MessageBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A database with Sluice's tables, and questions about them. */
record TestDatabase(Database database) implements AutoCloseable {

  static TestDatabase h2() {
    return migrated(
        DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  }

  static TestDatabase migrated(DatabaseOptions options) {
    Database database = Database.open(options.poolSize(16));
    database.migrate();
    return new TestDatabase(database);
  }

  /** The first column of every row. */
  List<String> query(String sql, Object... parameters) {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<String> values = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          values.add(rows.getString(1));
        }
      }
      return values;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  int update(String sql, Object... parameters) {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes jobs that are due from an instant on. */
  void jobs(Instant since, JobSpec... jobs) {
    try (Connection connection = database.dataSource().getConnection()) {
      for (JobSpec job : jobs) {
        JobTable.insert(connection, job, since);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The states of the firings of a job, oldest instant first. */
  List<String> states(String job) {
    return query("SELECT state FROM sluice_job_firing WHERE job = ? ORDER BY fire_time", job);
  }

  /** The ids of the tasks that were enqueued by firings, oldest instant first. */
  List<String> firings(String job) {
    return query("SELECT task_id FROM sluice_job_firing WHERE job = ? ORDER BY fire_time", job);
  }

  /** The instants at which the job was fired, oldest first. */
  List<Instant> fireTimes(String job) {
    return query("SELECT fire_time FROM sluice_job_firing WHERE job = ? ORDER BY fire_time", job)
        .stream()
        .map(time -> LocalDateTime.parse(time.replace(" ", "T")).toInstant(ZoneOffset.UTC))
        .toList();
  }

  long outboxRows() {
    return Long.parseLong(query("SELECT COUNT(*) FROM sluice_outbox").get(0));
  }

  List<Message> outboxMessages() throws SQLException {
    List<Message> messages = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT message FROM sluice_outbox ORDER BY id");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        messages.add(MessageBytes.read(rows.getBytes(1)));
      }
    }
    return messages;
  }

  @Override
  public void close() {
    database.close();
  }
}
