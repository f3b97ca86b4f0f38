package dev.sluice.producer;

import dev.sluice.broker.ScriptedBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.keys.Claim;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.Holding;
import dev.sluice.keys.KeyName;
import dev.sluice.keys.KeyStore;
import dev.sluice.keys.KeyStoreUnavailable;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A broker, a database and a clock for tests of tasks that are enqueued under a key. */
final class KeyedProducers implements AutoCloseable {
  record Order(long number) {}

  static final TaskType<Order> SHIP = TaskType.of("orders.ship", Order.class).queue("orders");

  final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  final DatabaseKeys keys = new DatabaseKeys(database.dataSource());
  volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

  KeyedProducers() {
    database.migrate();
  }

  ProducerOptions options() {
    return ProducerOptions.DEFAULTS.confirmTimeout(Duration.ofSeconds(10)).clock(() -> now);
  }

  Producer producer() {
    return Producer.open(broker, options().keys(keys));
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Calls from a hundred threads at once. */
  static <T> List<T> aHundredTimes(Callable<T> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(100);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<T>> results = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      results.add(
          threads.submit(
              () -> {
                start.await();
                return call.call();
              }));
    }
    start.countDown();
    List<T> all = new ArrayList<>();
    for (Future<T> result : results) {
      all.add(result.get());
    }
    threads.shutdown();
    return all;
  }

  int outboxRows() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM sluice_outbox")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Override
  public void close() {
    database.close();
  }

  /** A store that is away. */
  static final class Away implements KeyStore {

    @Override
    public Holding take(KeyName key, Claim claim) {
      throw away();
    }

    @Override
    public void confirm(KeyName key, String taskId) {
      throw away();
    }

    @Override
    public void giveUp(KeyName key, String taskId) {
      throw away();
    }

    @Override
    public void release(KeyName key, String taskId) {
      throw away();
    }

    @Override
    public void close() {}

    private static KeyStoreUnavailable away() {
      return new KeyStoreUnavailable("the store is away", new SQLException("no route"));
    }
  }
}
