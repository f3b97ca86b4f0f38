package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.message.Headers;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.GovernorOptions;
import dev.sluice.worker.order.OrderRows;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrderTest {
  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  record Change(String key, int number, List<String> script) {}

  private static final TaskType<Change> CHANGE =
      TaskType.of("accounts.change", Change.class)
          .queue("accounts")
          .retry(
              RetryPolicy.attempts(ATTEMPTS)
                  .withDelays(Duration.ofSeconds(2), 2, Duration.ofSeconds(20)));

  /** Its clock stands still: it forgets no row that was written. */
  private final Governor governor = new Governor(GovernorOptions.DEFAULTS.ticks(() -> 0));

  @RegisterExtension
  private final SluiceTest sluice =
      SluiceTest.withDatabase((handlers, database) -> handlers.handle(CHANGE, this::apply))
          .withOptions(
              options ->
                  options
                      .queue("accounts", QueueOptions.DEFAULTS.concurrency(6).ordered(true))
                      .governor(governor));

  /** How often each task was tried. */
  private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();

  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final Set<String> together = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void effects() throws SQLException {
    execute(
        "CREATE TABLE effect (n BIGINT AUTO_INCREMENT PRIMARY KEY, order_key VARCHAR(50),"
            + " number INT)");
  }

  @Test
  void tasks_of_a_key_run_in_the_order_of_their_enqueueing() throws SQLException {
    for (int number = 0; number < 50; number++) {
      enqueue("a", number);
    }
    sluice.drain();

    assertThat(effects("a")).isEqualTo(numbers(50));
    assertThat(together).isEmpty();
  }

  @Test
  void a_task_that_waits_for_its_retry_holds_back_its_own_key_only() throws SQLException {
    enqueue("a", 0, "fail");
    enqueue("a", 1);
    enqueue("a", 2);
    for (String other : List.of("b", "c", "d", "e", "f", "g", "h", "i", "j")) {
      enqueue(other, 0);
    }
    sluice.drain();

    assertThat(effects("a")).isEmpty();
    assertThat(count("SELECT COUNT(*) FROM effect")).isEqualTo(9);
    assertThat(count("SELECT COUNT(*) FROM sluice_order_waiting")).isEqualTo(2);

    sluice.advanceToEnd();

    assertThat(effects("a")).containsExactly(0, 1, 2);
    assertFree();
  }

  @Test
  void the_rows_in_which_tasks_wait_count_for_the_ceiling() throws SQLException {
    enqueue("a", 0, "fail");
    sluice.drain();
    long before = written();
    for (int number = 1; number <= 30; number++) {
      enqueue("a", number);
    }
    sluice.drain();

    assertThat(written() - before).isGreaterThanOrEqualTo(30);
  }

  @Test
  void a_snoozed_task_holds_back_its_key_as_well() throws SQLException {
    enqueue("a", 0, "snooze", "snooze");
    enqueue("a", 1);
    sluice.drain();
    enqueue("a", 2);
    sluice.drain();
    assertThat(effects("a")).isEmpty();

    sluice.advanceToEnd();

    assertThat(effects("a")).containsExactly(0, 1, 2);
    assertFree();
  }

  @Test
  void the_successors_of_a_dead_a_discarded_and_a_revoked_task_go_on() throws SQLException {
    enqueue("a", 0, "fail", "fail", "fail");
    enqueue("a", 1, "discard");
    String revoked = enqueue("a", 2);
    enqueue("a", 3, "dead");
    enqueue("a", 4);
    sluice.drain();
    sluice.worker().control().revoke(List.of(revoked), false);

    sluice.advanceToEnd();

    assertThat(effects("a")).containsExactly(4);
    assertThat(sluice.deadTasks()).hasSize(2);
    assertFree();
  }

  @Test
  void a_waiting_task_that_expires_is_dead_and_its_successor_goes_on() throws SQLException {
    enqueue("a", 0, "fail");
    sluice.enqueue(
        CHANGE,
        new Change("a", 1, List.of()),
        EnqueueOptions.DEFAULTS.orderKey("a").expires(sluice.clock().instant().plusMillis(1)));
    enqueue("a", 2);

    sluice.advanceToEnd();

    assertThat(effects("a")).containsExactly(0, 2);
    assertFree();
  }

  @Test
  void a_copy_of_a_task_changes_nothing_about_the_order() throws SQLException {
    String id = enqueue("a", 0, "fail");
    sluice.enqueue(
        CHANGE,
        new Change("a", 0, List.of("fail")),
        EnqueueOptions.DEFAULTS.orderKey("a").taskId(id));
    String second = enqueue("a", 1);
    enqueue("a", 2);
    sluice.enqueue(
        CHANGE,
        new Change("a", 1, List.of()),
        EnqueueOptions.DEFAULTS.orderKey("a").taskId(second));

    sluice.advanceToEnd();

    assertThat(effects("a")).containsExactly(0, 1, 2);
    assertFree();
  }

  @Test
  void tasks_of_the_queue_without_an_order_key_are_not_held_back() throws SQLException {
    enqueue("a", 0, "fail");
    sluice.drain();
    sluice.enqueue(CHANGE, new Change("none", 7, List.of()));
    sluice.drain();

    assertThat(effects("none")).containsExactly(7);
  }

  @Test
  void while_keys_cannot_be_written_a_task_waits_and_its_successors_with_it() throws SQLException {
    enqueue("a", 0);
    sluice.drain();
    execute("ALTER TABLE sluice_order_holder RENAME TO gone");
    String failing = enqueue("a", 1, "fail");
    enqueue("a", 2);
    await().atMost(PATIENCE).until(() -> tries.containsKey(failing) && running("a") == 0);
    enqueue("b", 0);
    execute("ALTER TABLE gone RENAME TO sluice_order_holder");

    sluice.advanceToEnd();

    assertThat(effects("a")).containsExactly(0, 1, 2);
    assertThat(effects("b")).containsExactly(0);
    assertFree();
  }

  @Test
  void a_foreign_key_and_a_foreign_id_may_be_of_any_length() throws SQLException {
    String key = "long".repeat(200);
    for (int number = 0; number < 3; number++) {
      String body =
          "[[], {\"key\": \"foreign\", \"number\": %d, \"script\": [\"fail\"]}, {}]"
              .formatted(number);
      sluice.publish(
          OrderPartitions.of("accounts", key),
          MessageCodec.encode(
              TaskMessage.builder(
                      key + number, CHANGE.name(), body.getBytes(StandardCharsets.UTF_8))
                  .headers(Map.of(Headers.ORDER_KEY, key))
                  .build()));
    }

    sluice.advanceToEnd();

    assertThat(effects("foreign")).containsExactly(0, 1, 2);
    assertFree();
  }

  @Test
  void who_finds_its_partition_taken_over_leaves_it_and_queues_up_again() throws SQLException {
    enqueue("a", 0);
    sluice.drain();
    new OrderRows(sluice.dataSource(), InstantSource.system())
        .begin(OrderPartitions.of("accounts", "a"));
    enqueue("a", 1, "fail");
    enqueue("a", 2);

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              sluice.advanceToEnd();
              return effects("a").size() == 3;
            });

    assertThat(effects("a")).containsExactly(0, 1, 2);
    assertFree();
  }

  @RepeatedTest(8)
  void the_effects_of_each_key_come_in_the_order_of_their_enqueueing_whatever_fails()
      throws SQLException {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    Map<String, List<Integer>> expected = new HashMap<>();
    Set<String> keys = new HashSet<>();
    for (int number = 0; number < 200; number++) {
      String key = "key-" + random.nextInt(12);
      keys.add(key);
      List<String> script = script(random);
      enqueue(key, number, script.toArray(String[]::new));
      if (survives(script)) {
        expected.computeIfAbsent(key, k -> new ArrayList<>()).add(number);
      }
      if (random.nextInt(40) == 0) {
        sluice.advance(Duration.ofSeconds(random.nextInt(5)));
      }
    }

    sluice.advanceToEnd();

    for (String key : keys) {
      assertThat(effects(key))
          .as("key %s, seed %d", key, seed)
          .isEqualTo(expected.getOrDefault(key, List.of()));
    }
    assertThat(together).as("seed %d", seed).isEmpty();
    assertFree();
  }

  private long written() {
    return governor.snapshot().databases().get(TaskType.MAIN_DATABASE).rows();
  }

  private int running(String key) {
    return running.computeIfAbsent(key, one -> new AtomicInteger()).get();
  }

  private static List<String> script(Random random) {
    List<String> script = new ArrayList<>();
    while (random.nextInt(10) < 3) {
      script.add(
          switch (random.nextInt(10)) {
            case 0 -> "dead";
            case 1 -> "discard";
            case 2, 3, 4 -> "snooze";
            default -> "fail";
          });
    }
    return script;
  }

  /** The model: what a script comes to. */
  private static boolean survives(List<String> script) {
    int failures = 0;
    for (String step : script) {
      if (step.equals("dead") || step.equals("discard")) {
        return false;
      }
      if (step.equals("fail") && ++failures == ATTEMPTS) {
        return false;
      }
    }
    return true;
  }

  private Outcome apply(Change change, TaskContext task, Connection connection)
      throws SQLException {
    AtomicInteger here = running.computeIfAbsent(change.key(), key -> new AtomicInteger());
    if (here.incrementAndGet() > 1 && !change.key().equals("none")) {
      together.add(change.key());
    }
    try {
      int tried = tries.computeIfAbsent(task.taskId(), id -> new AtomicInteger()).getAndIncrement();
      String step = tried < change.script().size() ? change.script().get(tried) : "succeed";
      switch (step) {
        case "fail" -> throw new IllegalStateException("as its script says");
        case "snooze" -> {
          return Outcome.snooze(Duration.ofSeconds(3));
        }
        case "dead" -> {
          return Outcome.dead("as its script says");
        }
        case "discard" -> {
          return Outcome.discarded("as its script says");
        }
        default -> insert(change, connection);
      }
      return Outcome.completed();
    } finally {
      here.decrementAndGet();
    }
  }

  private static void insert(Change change, Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO effect (order_key, number) VALUES (?, ?)")) {
      insert.setString(1, change.key());
      insert.setInt(2, change.number());
      insert.executeUpdate();
    }
  }

  private String enqueue(String key, int number, String... script) {
    return sluice.enqueue(
        CHANGE, new Change(key, number, List.of(script)), EnqueueOptions.DEFAULTS.orderKey(key));
  }

  private void assertFree() throws SQLException {
    assertThat(count("SELECT COUNT(*) FROM sluice_order_holder")).isZero();
    assertThat(count("SELECT COUNT(*) FROM sluice_order_waiting")).isZero();
  }

  private static List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      numbers.add(number);
    }
    return numbers;
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

  private int count(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
