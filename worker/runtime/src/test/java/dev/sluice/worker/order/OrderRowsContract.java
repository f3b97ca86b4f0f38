package dev.sluice.worker.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.message.Message;
import dev.sluice.message.MessageBytes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which task of an order key is next, on every kind of database. */
abstract class OrderRowsContract {
  private static final String PARTITION = "orders.order.3";
  private static final OrderKey KEY = OrderKey.of(PARTITION, "customer-7");

  private Database database;
  private OrderRows rows;
  private Term term;

  abstract Database open() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    database = open();
    database.migrate();
    for (String table :
        List.of(
            "sluice_order_partition",
            "sluice_order_holder",
            "sluice_order_waiting",
            "sluice_outbox")) {
      execute("DELETE FROM " + table);
    }
    rows = new OrderRows(database.dataSource(), InstantSource.system());
    term = rows.begin(PARTITION);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void a_key_is_free_until_a_task_holds_it() throws SQLException {
    assertThat(turn("a", false)).isEqualTo(Turn.FREE);
    assertThat(turn("a", true)).isEqualTo(Turn.ITS_OWN);
    assertThat(turn("a", true)).isEqualTo(Turn.ITS_OWN);
    assertThat(turn("a", false)).isEqualTo(Turn.ITS_OWN);
    assertThat(turn("b", false)).isEqualTo(Turn.WAITS);
    assertThat(rows.turn(term, OrderKey.of(PARTITION, "other"), "c", message("c"), false))
        .isEqualTo(Turn.FREE);
  }

  @Test
  void those_that_wait_come_by_the_outbox_one_after_the_other() throws SQLException {
    turn("a", true);
    turn("b", false);
    turn("c", true);
    turn("b", true);
    turn("d", false);

    assertThat(rows.settled(term, KEY, "a")).isEqualTo(Turn.ITS_OWN);
    assertThat(outbox()).containsExactly("orders.order.3 b");
    assertThat(turn("b", false)).isEqualTo(Turn.ITS_OWN);
    assertThat(rows.settled(term, KEY, "b")).isEqualTo(Turn.ITS_OWN);
    assertThat(rows.settled(term, KEY, "c")).isEqualTo(Turn.ITS_OWN);
    assertThat(outbox())
        .containsExactly("orders.order.3 b", "orders.order.3 c", "orders.order.3 d");
    assertThat(rows.settled(term, KEY, "d")).isEqualTo(Turn.FREE);
    assertThat(turn("e", false)).isEqualTo(Turn.FREE);
    assertThat(count("sluice_order_holder") + count("sluice_order_waiting")).isZero();
  }

  /** A crash between this and its acknowledgement brings each delivery back. */
  @Test
  void each_step_may_be_done_again() throws SQLException {
    turn("a", true);
    turn("b", false);
    rows.settled(term, KEY, "a");

    assertThat(rows.settled(term, KEY, "a")).isEqualTo(Turn.ITS_OWN);
    assertThat(turn("a", false)).as("a copy of it waits").isEqualTo(Turn.WAITS);
    assertThat(outbox()).containsExactly("orders.order.3 b");
    rows.settled(term, KEY, "b");
    assertThat(rows.settled(term, KEY, "a")).isEqualTo(Turn.FREE);
    assertThat(rows.settled(term, KEY, "a")).isEqualTo(Turn.FREE);
  }

  @Test
  void a_task_that_does_not_hold_the_key_gives_it_to_nobody() throws SQLException {
    turn("a", true);
    turn("b", false);

    assertThat(rows.settled(term, KEY, "b")).isEqualTo(Turn.ITS_OWN);

    assertThat(outbox()).isEmpty();
    assertThat(turn("a", false)).isEqualTo(Turn.ITS_OWN);
  }

  @Test
  void who_was_replaced_writes_nothing_any_more() throws SQLException {
    turn("a", true);
    turn("b", false);

    Term next = rows.begin(PARTITION);

    assertThat(next.number()).isGreaterThan(term.number());
    assertThat(next.held()).containsExactly(KEY.id());
    assertThat(turn("a", true)).isEqualTo(Turn.TERM_IS_OVER);
    assertThat(turn("c", false)).isEqualTo(Turn.TERM_IS_OVER);
    assertThat(rows.settled(term, KEY, "a")).isEqualTo(Turn.TERM_IS_OVER);
    assertThat(outbox()).isEmpty();
    assertThat(rows.begin("orders.order.4").held()).isEmpty();
    assertThat(rows.settled(next, KEY, "a")).isEqualTo(Turn.ITS_OWN);
    assertThat(outbox()).containsExactly("orders.order.3 b");
  }

  @Test
  void keys_and_tasks_are_told_apart_to_the_last_blank() throws SQLException {
    turn("a", true);
    turn("b", false);
    assertThat(turn("b ", false)).isEqualTo(Turn.WAITS);
    assertThat(turn("B", false)).isEqualTo(Turn.WAITS);
    assertThat(turn("A", false)).isEqualTo(Turn.WAITS);
    assertThat(count("sluice_order_waiting")).isEqualTo(4);
    assertThat(turn(OrderKey.of(PARTITION, "customer-7 "), "x")).isEqualTo(Turn.FREE);
    assertThat(turn(OrderKey.of(PARTITION, "CUSTOMER-7"), "x")).isEqualTo(Turn.FREE);
  }

  @Test
  void a_task_that_comes_as_the_key_changes_hands_is_never_forgotten() throws Exception {
    for (int round = 0; round < 100; round++) {
      String first = "first-" + round;
      String second = "second-" + round;
      turn(first, true);

      CompletableFuture<Turn> settled = async(() -> rows.settled(term, KEY, first));
      CompletableFuture<Turn> arrived = async(() -> turn(second, false));

      if (arrived.join() == Turn.FREE) {
        assertThat(settled.join()).isEqualTo(Turn.FREE);
      } else {
        assertThat(arrived.join()).isEqualTo(Turn.WAITS);
        assertThat(settled.join()).isEqualTo(Turn.ITS_OWN);
        assertThat(outbox()).contains("orders.order.3 " + second);
        assertThat(rows.settled(term, KEY, second)).isEqualTo(Turn.FREE);
      }
    }
  }

  private interface Step {
    Turn run() throws SQLException;
  }

  private static CompletableFuture<Turn> async(Step step) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return step.run();
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        });
  }

  private Turn turn(String taskId, boolean hold) throws SQLException {
    return rows.turn(term, KEY, taskId, message(taskId), hold);
  }

  private Turn turn(OrderKey key, String taskId) throws SQLException {
    return rows.turn(term, key, taskId, message(taskId), false);
  }

  private static Message message(String id) {
    return new Message("application/json", "utf-8", 0, id, null, Map.of(), new byte[] {'1'});
  }

  private List<String> outbox() throws SQLException {
    List<String> sent = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT queue, message FROM sluice_outbox ORDER BY id")) {
      while (row.next()) {
        sent.add(row.getString(1) + " " + MessageBytes.read(row.getBytes(2)).correlationId());
      }
    }
    return sent;
  }

  private int count(String table) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT COUNT(*) FROM " + table)) {
      row.next();
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
