package dev.sluice.producer;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.loop.Loop;
import dev.sluice.outbox.OutboxStats;
import dev.sluice.producer.ProducerHealth.Waiting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what a producer has not got rid of yet. The outbox is looked at every five seconds,
 * so that nobody who asks waits for a database.
 *
 * <p>Threading: the loop's thread looks, any thread asks.
 */
final class ProducerMonitor implements Loop {
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final BrokerHealth NONE =
      new BrokerHealth(false, false, 0, "no broker: another process relays the spool");

  private final @Nullable Broker broker;
  private final Intake intake;
  private final @Nullable DataSource database;
  private volatile @Nullable Waiting outbox;

  ProducerMonitor(@Nullable Broker broker, Intake intake, @Nullable DataSource database) {
    this.broker = broker;
    this.intake = intake;
    this.database = database;
  }

  @Override
  public Duration runOnce() throws SQLException {
    if (database != null) {
      try (Connection connection = database.getConnection()) {
        OutboxStats stats = OutboxStats.read(connection);
        outbox = new Waiting(stats.waiting(), stats.oldest(), stats.parked());
      } catch (SQLException e) {
        outbox = null;
        throw e;
      }
    }
    return LOOK;
  }

  ProducerHealth health(boolean open, List<String> fullQueues) {
    BrokerHealth its = broker == null ? NONE : broker.health();
    Waiting spooled = intake.waiting();
    boolean accepting = open && (spooled != null || its.connected() && !its.blocked());
    return new ProducerHealth(
        accepting,
        its.connected(),
        its.blocked(),
        its.unconfirmed(),
        spooled,
        outbox,
        fullQueues,
        detail(open, its, spooled, fullQueues));
  }

  private static String detail(
      boolean open, BrokerHealth its, @Nullable Waiting spooled, List<String> fullQueues) {
    if (!open) {
      return "closed";
    }
    List<String> parts = new ArrayList<>(List.of(its.detail()));
    if (its.blocked()) {
      parts.add("the broker blocks publishers");
    }
    if (spooled != null && spooled.messages() > 0) {
      parts.add(spooled.messages() + " messages wait in the spool");
    }
    fullQueues.forEach(queue -> parts.add("full is " + queue));
    return String.join("; ", parts);
  }
}
