package dev.sluice.worker.firing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A firing of two long tasks that end at the same moment. */
class LastLongTaskIT {
  private static final long PATIENCE = 30;

  private final FiringId firing =
      new FiringId("it-" + UUID.randomUUID(), Instant.parse("2026-11-21T04:17:00.123Z"));
  private final String first = UUID.randomUUID().toString();
  private final String second = UUID.randomUUID().toString();
  private Database database;

  @BeforeEach
  void open() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    String time = SqlTimes.text(firing.fireTime());
    try (Connection connection = database.dataSource().getConnection();
        Statement insert = connection.createStatement()) {
      insert.execute(
          "INSERT INTO sluice_job_firing (job, fire_time, origin, state, task_id, fired_at)"
              + " VALUES ('%s', '%s', 'due', 'enqueued', 't', '%s')"
                  .formatted(firing.job(), time, time));
      for (String id : new String[] {first, second}) {
        insert.execute(
            "INSERT INTO sluice_long_task (id, name, queue, payload, state, lanes, lanes_done,"
                + " started_at, firing) VALUES ('%s', 'n', 'q', '', 'RUNNING', 1, 0, '%s', '%s')"
                    .formatted(id, time, firing));
      }
    }
  }

  @AfterEach
  void close() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement delete = connection.createStatement()) {
      delete.execute(
          "DELETE FROM sluice_long_task WHERE id IN ('" + first + "', '" + second + "')");
    }
    database.close();
  }

  @Test
  void the_second_of_them_ends_it() throws Exception {
    try (Connection one = transaction();
        Connection other = transaction()) {
      assertThat(end(one, first)).as("the other goes on, as far as is committed").isFalse();
      CompletableFuture<Boolean> last =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  boolean ended = end(other, second);
                  other.commit();
                  return ended;
                } catch (SQLException e) {
                  throw new CompletionException(e);
                }
              });
      await()
          .atMost(Duration.ofSeconds(PATIENCE))
          .until(() -> last.isDone() || waitsForTheLedger());
      one.commit();

      assertThat(last.get(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(state()).isEqualTo("completed");
  }

  private boolean end(Connection connection, String id) throws SQLException {
    try (Statement update = connection.createStatement()) {
      update.executeUpdate(
          "UPDATE sluice_long_task SET ended_at = started_at, state = 'DONE' WHERE id = '%s'"
              .formatted(id));
    }
    FiringEnd end =
        new FiringEnd(
            FiringEnd.State.COMPLETED, firing.fireTime().plusSeconds(1), Duration.ofSeconds(1));
    return FiringRows.longTaskEnded(connection, firing, end);
  }

  private Connection transaction() throws SQLException {
    Connection connection = database.dataSource().getConnection();
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    connection.setAutoCommit(false);
    return connection;
  }

  private boolean waitsForTheLedger() throws SQLException {
    return string(
            "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
                + " AND trx_query LIKE '%sluice_job_firing%FOR UPDATE%'")
        .matches("[1-9]\\d*");
  }

  private String state() throws SQLException {
    return string("SELECT state FROM sluice_job_firing WHERE job = '" + firing.job() + "'");
  }

  private String string(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
