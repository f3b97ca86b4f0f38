package dev.sluice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.database.DatabaseOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sweep of an outbox releases, and what it leaves. */
abstract class OutboxSweepContract {
  private static final OutboxSweep SWEEP = new OutboxSweep(1000, 50, 5, Duration.ofHours(2));

  private OutboxRig rig;

  /** Options of an empty database. */
  abstract DatabaseOptions empty() throws SQLException;

  @BeforeEach
  void open() throws SQLException {
    rig = new OutboxRig(empty());
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void what_the_broker_refused_for_an_hour_is_tried_again_an_hour_later_and_leaves()
      throws Exception {
    rig.insert("a", "b");
    refuse();
    park();
    assertThat(rig.stats().parked()).isEqualTo(2);
    assertThat(sweep()).as("too early").isEqualTo(new OutboxSweep.Report(0, 0, 2));

    rig.advance(Duration.ofHours(1));
    assertThat(sweep()).isEqualTo(new OutboxSweep.Report(2, 0, 0));
    assertThat(sweep()).as("twice").isEqualTo(new OutboxSweep.Report(0, 0, 0));
    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.relay.runOnce();
    assertThat(rig.count()).isZero();
  }

  @Test
  void each_release_waits_twice_as_long_and_there_are_so_many_and_no_more() throws Exception {
    rig.insert("a");
    refuse();
    for (int release = 0; release < 5; release++) {
      park();
      Duration age = Duration.ofHours(2L << release);
      rig.advance(age.minusHours(1).minusMinutes(11));
      assertThat(sweep().released()).as("too early for release " + release).isZero();
      rig.advance(Duration.ofMinutes(12));
      assertThat(sweep().released()).as("release " + release).isEqualTo(1);
    }
    park();
    rig.advance(Duration.ofDays(400));

    assertThat(sweep()).isEqualTo(new OutboxSweep.Report(0, 0, 1));
    ParkedMessages parked = new ParkedMessages(rig.database.dataSource());
    assertThat(parked.release(List.of(parked.list(1).get(0).id()))).hasSize(1);
    park();
    rig.advance(Duration.ofHours(1));
    assertThat(sweep().released()).as("an operator starts the count anew").isEqualTo(1);
  }

  @Test
  void what_can_never_be_published_and_what_breaks_its_channel_stays() throws Exception {
    rig.insert("damaged", "poison");
    execute("UPDATE sluice_outbox SET message = X'00' WHERE id = 1");
    rig.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unknown("channel closed", null)));
    for (int strike = 0; strike < 6; strike++) {
      rig.relay.runOnce();
      rig.relay.runOnce();
      rig.advance(Duration.ofMinutes(1));
    }
    assertThat(rig.stats().parked()).isEqualTo(2);
    rig.advance(Duration.ofDays(400));

    assertThat(sweep()).isEqualTo(new OutboxSweep.Report(0, 0, 2));
  }

  @Test
  void a_sweep_keeps_to_its_limit_and_its_rate() throws Exception {
    for (int i = 0; i < 250; i++) {
      rig.insert("m" + i);
    }
    refuse();
    park();
    rig.advance(Duration.ofHours(1));

    OutboxSweep.Report report =
        new OutboxSweep(220, 100, 5, Duration.ofHours(2)).run(rig.database.dataSource(), rig.now);

    assertThat(report).isEqualTo(new OutboxSweep.Report(220, 0, 30));
    assertThat(rig.column("SELECT COUNT(*) FROM sluice_outbox GROUP BY not_before ORDER BY 1"))
        .containsExactly("20", "30", "100", "100");
    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.relay.runOnce();
    assertThat(rig.count()).isEqualTo(150);
    rig.advance(Duration.ofSeconds(2));
    rig.relay.runOnce();
    assertThat(rig.count()).isEqualTo(30);
  }

  @Test
  void what_a_clock_put_off_for_days_is_due_and_an_ordinary_pause_is_left_alone() throws Exception {
    rig.insert("a", "b");
    refuse();
    rig.advance(Duration.ofDays(3));
    rig.relay.runOnce();
    rig.now = rig.now.minus(Duration.ofDays(3));
    rig.insert("c");
    rig.relay.runOnce();

    assertThat(sweep()).isEqualTo(new OutboxSweep.Report(0, 2, 0));
    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.relay.runOnce();
    assertThat(rig.broker.sentIds()).contains("a", "b");
    assertThat(rig.count()).as("c backs off").isEqualTo(1);
  }

  private OutboxSweep.Report sweep() throws SQLException {
    return SWEEP.run(rig.database.dataSource(), rig.now);
  }

  private void refuse() {
    rig.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Refused("queue full")));
  }

  /** Lets an hour pass with tries, after which the relay sets aside. */
  private void park() throws Exception {
    rig.relay.runOnce();
    rig.advance(Duration.ofMinutes(30));
    rig.relay.runOnce();
    rig.advance(Duration.ofMinutes(30));
    rig.relay.runOnce();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = rig.database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
