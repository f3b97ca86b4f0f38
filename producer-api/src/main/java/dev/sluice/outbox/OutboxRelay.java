package dev.sluice.outbox;

import dev.sluice.broker.Broker;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.loop.Loop;
import dev.sluice.relay.Fate;
import dev.sluice.relay.Published;
import dev.sluice.relay.RelayPublisher;
import dev.sluice.topology.QueueSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Publishes what transactions wrote to the outbox: claims rows, publishes them, waits for the
 * confirms, deletes what was confirmed. When it dies between confirm and delete the rows are
 * published again, with the same task ids. Several relays share one table: each skips what another
 * has locked.
 *
 * <p>What the broker will not take is tried again for an hour and then set aside. So is, sooner, a
 * message that breaks its channel whenever it is published alone.
 *
 * <p>Threading: for one thread, its loop's.
 */
public final class OutboxRelay implements Loop {
  private static final Duration CONFIRM_PATIENCE = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofMillis(500);
  // After so many empty rounds whoever writes without a nudge waits longer, and an idle process
  // asks less than once a second.
  private static final int IDLE_ROUNDS = 20;
  private static final Duration LONG_IDLE = Duration.ofSeconds(2);
  private static final Duration BROKER_AWAY = Duration.ofSeconds(1);

  private static final Set<Fate> CUT_SHORT = EnumSet.of(Fate.STRUCK, Fate.OPEN, Fate.BROKER_AWAY);

  private final DataSource dataSource;
  private final OutboxRows rows;
  private final RelayPublisher<OutboxRow> publisher;
  // After a channel broke under a batch, any message of it may have been the cause.
  private boolean oneByOne;
  private int emptyRounds;

  /** A relay that declares queues as {@link QueueSpec#of} says. */
  public OutboxRelay(DataSource dataSource, Broker broker, InstantSource clock) {
    this(dataSource, broker, clock, QueueSpec::of);
  }

  /**
   * A relay.
   *
   * @param queues how a queue is declared before the first message to it, by its name on the broker
   */
  public OutboxRelay(
      DataSource dataSource,
      Broker broker,
      InstantSource clock,
      Function<String, QueueSpec> queues) {
    this(dataSource, broker, clock, queues, CONFIRM_PATIENCE);
  }

  OutboxRelay(
      DataSource dataSource,
      Broker broker,
      InstantSource clock,
      Function<String, QueueSpec> queues,
      Duration confirmPatience) {
    this.dataSource = dataSource;
    rows = new OutboxRows(clock);
    publisher = new RelayPublisher<>(broker, new DeclaredQueues(broker, queues), confirmPatience);
  }

  /**
   * Moves one batch.
   *
   * @return zero when more is due
   */
  @Override
  public Duration runOnce() throws SQLException, InterruptedException {
    try (Connection connection = dataSource.getConnection()) {
      // A transaction is four statements where one will do.
      if (emptyRounds > 0 && !rows.anyDue(connection)) {
        return idle();
      }
      int isolation = connection.getTransactionIsolation();
      // Else MySQL locks the gaps between the claimed rows too, and whoever inserts waits for the
      // broker's confirms.
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      try {
        Duration pause = moveBatch(connection);
        connection.commit();
        handBack(connection, isolation);
        return pause;
      } catch (SQLException | InterruptedException | RuntimeException e) {
        rollBack(connection, isolation, e);
        throw e;
      }
    }
  }

  private Duration moveBatch(Connection connection) throws SQLException, InterruptedException {
    OutboxRows.Claim claim = rows.claim(connection);
    List<Published<OutboxRow>> results = publish(claim.rows());
    rows.settle(connection, results);
    return pause(claim, results);
  }

  private List<Published<OutboxRow>> publish(List<OutboxRow> claimed) throws InterruptedException {
    if (oneByOne) {
      List<Published<OutboxRow>> results = publisher.oneByOne(claimed);
      oneByOne = results.stream().anyMatch(r -> CUT_SHORT.contains(r.fate()));
      return results;
    }
    List<OutboxRow> sound = new ArrayList<>(claimed.size());
    List<OutboxRow> suspect = new ArrayList<>();
    for (OutboxRow row : claimed) {
      (row.suspect() ? suspect : sound).add(row);
    }
    List<Published<OutboxRow>> results = new ArrayList<>(publisher.together(sound));
    oneByOne = results.stream().anyMatch(r -> r.fate() == Fate.BROKEN);
    if (!oneByOne) {
      results.addAll(publisher.oneByOne(suspect));
    }
    return results;
  }

  private Duration pause(OutboxRows.Claim claim, List<Published<OutboxRow>> results) {
    if (results.stream().anyMatch(r -> r.fate() == Fate.BROKER_AWAY)) {
      return BROKER_AWAY;
    }
    if (claim.rows().isEmpty()) {
      return idle();
    }
    emptyRounds = 0;
    boolean moved = results.stream().anyMatch(r -> r.fate() == Fate.CONFIRMED);
    return moved && (claim.more() || oneByOne) ? Duration.ZERO : IDLE;
  }

  private Duration idle() {
    emptyRounds = Math.min(emptyRounds + 1, IDLE_ROUNDS);
    return emptyRounds < IDLE_ROUNDS ? IDLE : LONG_IDLE;
  }

  private static void handBack(Connection connection, int isolation) throws SQLException {
    connection.setAutoCommit(true);
    connection.setTransactionIsolation(isolation);
  }

  /** Frees the rows at once; a connection that cannot even do that has lost them already. */
  private static void rollBack(Connection connection, int isolation, Exception cause) {
    try {
      connection.rollback();
      handBack(connection, isolation);
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
