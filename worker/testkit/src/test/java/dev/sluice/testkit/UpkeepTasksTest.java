package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.keys.Claim;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.KeyName;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.upkeep.ExpireKeys;
import dev.sluice.worker.upkeep.SweepOutbox;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The built-in tasks as jobs enqueue them: with defaults, and with what a message may say. */
class UpkeepTasksTest {
  @RegisterExtension final SluiceTest sluice = SluiceTest.withDatabase(this::register);

  private void register(Handlers handlers, DataSource database) {
    handlers.handle(ExpireKeys.TYPE, new ExpireKeys(database, () -> sluice.clock().instant()));
    handlers.handle(
        SweepOutbox.TYPE, new SweepOutbox(List.of(database), () -> sluice.clock().instant()));
  }

  @Test
  void keys_whose_time_to_live_is_over_are_deleted_page_by_page_and_no_other() throws Exception {
    DatabaseKeys keys = new DatabaseKeys(sluice.dataSource());
    for (int i = 0; i < 12; i++) {
      Duration live = i < 10 ? Duration.ofMinutes(1) : Duration.ofHours(1);
      KeyName key = KeyName.exclusive("notes.take", "k" + i);
      keys.take(key, new Claim("task" + i, new byte[32], sluice.clock().instant(), live));
    }
    sluice.advance(Duration.ofMinutes(2));

    assertThat(run(ExpireKeys.TYPE, new ExpireKeys.Payload(7, 3)))
        .isEqualTo("Expired[keys=7, places=0]");
    assertThat(run(ExpireKeys.TYPE, ExpireKeys.Payload.DEFAULTS))
        .isEqualTo("Expired[keys=3, places=0]");
    assertThat(count("SELECT COUNT(*) FROM sluice_key")).isEqualTo(2);
  }

  @Test
  void messages_that_were_set_aside_leave_after_a_sweep() throws Exception {
    execute(
        "INSERT INTO sluice_outbox (queue, message, created_at, failures, failing_since, not_before,"
            + " parked_reason) VALUES ('notes', X'00', '2025-12-31 20:00:00', 9,"
            + " '2025-12-31 21:00:00', '9999-12-31 00:00:00', 'queue full')");

    assertThat(run(SweepOutbox.TYPE, SweepOutbox.Payload.DEFAULTS))
        .startsWith("Report[released=1, hurried=0, ");
  }

  @Test
  void arguments_that_make_no_sense_are_refused_with_why() {
    assertThatThrownBy(() -> new SweepOutbox.Payload(100_000, 1, 0, 0))
        .hasMessageContaining("limit 100000 takes more than half an hour at ratePerSecond 1");
    assertThatThrownBy(() -> new SweepOutbox.Payload(0, 0, 21, 0))
        .hasMessage("maxReleases must be at most 20, is 21");
    assertThatThrownBy(() -> new ExpireKeys.Payload(-1, 0))
        .hasMessage("limit must not be negative, is -1");
    assertThat(SweepOutbox.Payload.DEFAULTS).isEqualTo(new SweepOutbox.Payload(1000, 50, 5, 7200));
    assertThat(ExpireKeys.Payload.DEFAULTS).isEqualTo(new ExpireKeys.Payload(100_000, 500));
  }

  private <P extends Record> String run(TaskType<P> type, P payload) {
    String id = sluice.enqueue(type, payload);
    sluice.drain();
    assertThat(sluice.outcomes(id))
        .extracting(TaskOutcome::kind)
        .containsExactly(TaskOutcome.Kind.COMPLETED);
    return sluice.outcomes(id).get(0).detail();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
