package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.BatchOutcome;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches of tasks with order keys. */
class OrderedBatchTest {

  /**
   * @param fate 0 makes its batch fail once, 1 fails once by itself, 2 is snoozed once
   */
  record Change(String key, int number, int fate) {}

  private static final TaskType<Change> CHANGE =
      TaskType.of("accounts.batch", Change.class)
          .queue("accounts")
          .retry(
              RetryPolicy.attempts(3).withDelays(Duration.ofSeconds(2), 2, Duration.ofSeconds(9)));

  @RegisterExtension
  private final SluiceTest sluice =
      SluiceTest.withDatabase(
              (handlers, database) ->
                  handlers.handleBatch(
                      CHANGE, new BatchOptions(20, Duration.ofMillis(5)), this::apply))
          .withOptions(
              options ->
                  options.queue("accounts", QueueOptions.DEFAULTS.concurrency(3).ordered(true)));

  private final Set<String> fated = ConcurrentHashMap.newKeySet();
  private final Set<String> together = ConcurrentHashMap.newKeySet();
  private final AtomicInteger largest = new AtomicInteger();

  @BeforeEach
  void effects() throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE effect (n BIGINT AUTO_INCREMENT PRIMARY KEY, order_key VARCHAR(50),"
              + " number INT)");
    }
  }

  @RepeatedTest(5)
  void a_batch_has_one_task_of_a_key_and_the_effects_of_each_key_come_in_order()
      throws SQLException {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    Map<String, List<Integer>> expected = new HashMap<>();
    for (int number = 0; number < 200; number++) {
      String key = "key-" + random.nextInt(20);
      expected.computeIfAbsent(key, one -> new ArrayList<>()).add(number);
      sluice.enqueue(
          CHANGE,
          new Change(key, number, random.nextInt(30)),
          EnqueueOptions.DEFAULTS.orderKey(key));
    }

    sluice.advanceToEnd();

    for (Map.Entry<String, List<Integer>> key : expected.entrySet()) {
      assertThat(effects(key.getKey()))
          .as("%s, seed %d", key.getKey(), seed)
          .isEqualTo(key.getValue());
    }
    assertThat(together).as("seed %d", seed).isEmpty();
    assertThat(largest.get()).as("different keys share a batch").isGreaterThan(1);
  }

  private BatchOutcome apply(List<BatchItem<Change>> batch, Connection connection)
      throws SQLException {
    largest.accumulateAndGet(batch.size(), Math::max);
    BatchOutcome outcome = BatchOutcome.completed();
    Map<String, Integer> keys = new HashMap<>();
    for (BatchItem<Change> item : batch) {
      Change change = item.payload();
      if (keys.merge(change.key(), 1, Integer::sum) > 1) {
        together.add(change.key());
      }
      boolean first = change.fate() < 3 && fated.add(item.task().taskId());
      if (first && change.fate() == 0) {
        throw new IllegalStateException("the batch fails because of " + change);
      }
      if (first) {
        outcome =
            outcome.but(
                item,
                change.fate() == 1
                    ? Outcome.retry(new IllegalStateException("once"))
                    : Outcome.snooze(Duration.ofSeconds(3)));
      }
      insert(change, connection);
    }
    return outcome;
  }

  private static void insert(Change change, Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO effect (order_key, number) VALUES (?, ?)")) {
      insert.setString(1, change.key());
      insert.setInt(2, change.number());
      insert.executeUpdate();
    }
  }

  private List<Integer> effects(String key) throws SQLException {
    List<Integer> numbers = new ArrayList<>();
    try (Connection connection = sluice.dataSource().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT number FROM effect WHERE order_key = ? ORDER BY n")) {
      select.setString(1, key);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          numbers.add(row.getInt(1));
        }
      }
    }
    return numbers;
  }
}
