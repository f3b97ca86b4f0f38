package dev.sluice.worker.dead;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.loop.Loop;
import dev.sluice.message.Message;
import dev.sluice.message.PayloadCodec;
import dev.sluice.topology.QueueSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves dead and unrouted messages from the broker into the table of dead tasks: a batch is one
 * transaction, settled after its commit. What cannot be stored whole is stored clipped. While the
 * database cannot be written, nothing is consumed: the messages wait on the broker.
 *
 * <p>Threading: {@link #runOnce} for one thread; {@link #close} after it has ended.
 */
public final class DeadLetterArchiver implements Loop, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterArchiver.class);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final int MOST_IN_BATCH = 100;
  private static final int MOST_BYTES_IN_BATCH = 2 << 20;
  private static final int TRIES_AFTER_DEADLOCK = 3;

  private final Broker broker;
  private final DataSource dataSource;
  private final InstantSource clock;
  private final List<Subscription> subscriptions = new ArrayList<>();
  // Bounded by the prefetch of both queues.
  private final Queue<Delivery> waiting = new ConcurrentLinkedQueue<>();

  public DeadLetterArchiver(Broker broker, DataSource dataSource, InstantSource clock) {
    this.broker = broker;
    this.dataSource = dataSource;
    this.clock = clock;
  }

  /**
   * Archives one batch.
   *
   * @throws SQLException when the database cannot be written; the next call tries anew
   */
  @Override
  public Duration runOnce() throws SQLException {
    if (subscriptions.isEmpty()) {
      checkDatabase();
      subscribe();
    }
    List<Delivery> batch = nextBatch();
    if (batch.isEmpty()) {
      return IDLE;
    }
    try {
      archive(batch);
    } catch (SQLException | RuntimeException | Error e) {
      // Given back once: the next round consumes only after it has seen that rows can be written.
      close();
      throw e;
    }
    batch.forEach(Delivery::ack);
    return Duration.ZERO;
  }

  /** Stops consuming; what is not archived goes back to the broker. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
    waiting.clear();
  }

  /** Writes a row and takes it back, so that no message is consumed in vain. */
  private void checkDatabase() throws SQLException {
    Message empty = new Message(null, null, 0, null, null, Map.of(), new byte[0]);
    Instant now = clock.instant();
    DeadLetter probe = DeadLetter.read(empty, false, now);
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      DeadTaskWriter.write(connection, List.of(probe), false, now);
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private void subscribe() {
    // Both queues together: at most a quarter of the heap, were every body of the largest size.
    long fitting = Runtime.getRuntime().maxMemory() / 8 / PayloadCodec.DEFAULT_MAX_BYTES;
    int prefetch = (int) Math.max(2, Math.min(MOST_IN_BATCH, fitting));
    try {
      for (String queue : List.of(broker.topology().deadQueue(), broker.topology().unrouted())) {
        subscriptions.add(broker.subscribe(QueueSpec.of(queue), prefetch, waiting::add));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<Delivery> nextBatch() {
    List<Delivery> batch = new ArrayList<>();
    long bytes = 0;
    while (batch.size() < MOST_IN_BATCH && bytes < MOST_BYTES_IN_BATCH) {
      Delivery delivery = waiting.poll();
      if (delivery == null) {
        break;
      }
      // What came on a channel that is gone comes again.
      if (delivery.open()) {
        batch.add(delivery);
        bytes += delivery.message().body().length;
      }
    }
    return batch;
  }

  private void archive(List<Delivery> batch) throws SQLException {
    Instant now = clock.instant();
    List<DeadLetter> letters =
        batch.stream()
            .map(
                d ->
                    DeadLetter.read(
                        d.message(), d.queue().equals(broker.topology().unrouted()), now))
            .toList();
    try {
      write(letters, false);
    } catch (SQLException | RuntimeException e) {
      if (databaseAtFault(e)) {
        throw e;
      }
      log.warn("{} dead tasks cannot be stored together; storing one at a time", batch.size(), e);
      for (DeadLetter letter : letters) {
        writeAlone(letter);
      }
    }
  }

  private void writeAlone(DeadLetter letter) throws SQLException {
    try {
      write(List.of(letter), false);
    } catch (SQLException | RuntimeException e) {
      if (databaseAtFault(e)) {
        throw e;
      }
      log.warn(
          "dead task {} of queue '{}' is stored clipped: {}",
          letter.taskId(),
          letter.queue(),
          e.getMessage());
      write(List.of(letter), true);
    }
  }

  private void write(List<DeadLetter> letters, boolean clip) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        Transaction.run(
            dataSource,
            connection -> DeadTaskWriter.write(connection, letters, clip, clock.instant()));
        return;
      } catch (SQLException e) {
        if (!lostRace(e) || tries == TRIES_AFTER_DEADLOCK) {
          throw e;
        }
      }
    }
  }

  private static boolean lostRace(SQLException e) {
    SqlErrorClass error = SqlErrors.classify(e);
    return error == SqlErrorClass.DEADLOCK || error == SqlErrorClass.LOCK_TIMEOUT;
  }

  private static boolean databaseAtFault(Exception e) {
    if (!(e instanceof SQLException sql)) {
      return false;
    }
    return switch (SqlErrors.classify(sql)) {
      case CONNECTION_LOST, READ_ONLY, SCHEMA, DEADLOCK, LOCK_TIMEOUT -> true;
      case DUPLICATE_KEY, DATA, OTHER -> false;
    };
  }
}
