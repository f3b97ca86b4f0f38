package dev.sluice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the outbox and its relay must do on every kind of database. */
abstract class OutboxContract {
  private OutboxRig rig;

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
  void what_was_committed_is_published_once_and_deleted() throws Exception {
    rig.insert("a", "b");
    rig.relay.runOnce();
    rig.relay.runOnce();
    assertThat(rig.broker.sentIds()).containsExactlyInAnyOrder("a", "b");
    assertThat(rig.count()).isZero();
    assertThat(rig.broker.declared()).containsExactly(QueueSpec.of("orders"));
  }

  @Test
  void what_was_rolled_back_is_never_published() throws Exception {
    try (Connection connection = rig.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      rig.outbox.insert(connection, List.of(OutboxRig.message("a", null)));
      connection.rollback();
    }
    rig.relay.runOnce();
    assertThat(rig.broker.sent()).isEmpty();
  }

  @Test
  void the_message_arrives_byte_for_byte() throws Exception {
    RoutedMessage message = OutboxRig.message("a", null);
    rig.insertAll(List.of(message));
    rig.relay.runOnce();
    ScriptedBroker.Sent sent = rig.broker.sent().get(0);
    assertThat(sent.route()).isEqualTo(new Route.ToQueue("orders"));
    assertThat(sent.message().headers()).isEqualTo(message.message().headers());
    assertThat(sent.message().body()).isEqualTo(message.message().body());
  }

  @Test
  void an_eta_goes_through_the_delay_ladder() throws Exception {
    Instant eta = rig.now.plus(Duration.ofDays(2)).plusMillis(123);
    rig.insertAll(List.of(OutboxRig.message("a", eta)));
    rig.relay.runOnce();
    assertThat(rig.broker.sent().get(0).route()).isEqualTo(new Route.Delayed("orders", eta));
  }

  @Test
  void a_writer_s_clock_that_is_ahead_delays_nothing() throws Exception {
    Outbox ahead = new Outbox(() -> rig.now.plus(Duration.ofHours(1)));
    try (Connection connection = rig.database.dataSource().getConnection()) {
      ahead.insert(connection, List.of(OutboxRig.message("a", null)));
    }
    rig.relay.runOnce();
    assertThat(rig.count()).isZero();
  }

  @Test
  void a_relay_killed_between_confirm_and_delete_publishes_again_with_the_same_id()
      throws Exception {
    rig.insert("a");
    rig.broker.answer(
        (route, message) -> {
          // The broker has stored it; the process dies before it can delete the row.
          throw new OutOfMemoryError("kill -9");
        });
    assertThatThrownBy(() -> rig.relay.runOnce()).isInstanceOf(OutOfMemoryError.class);
    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.relay().runOnce();
    assertThat(rig.broker.sentIds()).containsExactly("a", "a");
    assertThat(rig.count()).isZero();
  }

  @Test
  void more_than_one_batch_is_moved_without_a_pause() throws Exception {
    String[] ids = ids(2 * OutboxRows.LIMIT + 100);
    rig.insert(ids);
    assertThat(rig.relay.runOnce()).isZero();
    assertThat(rig.relay.runOnce()).isZero();
    assertThat(rig.relay.runOnce()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(rig.broker.sentIds()).containsExactlyInAnyOrder(ids);
    assertThat(rig.count()).isZero();
  }

  @Test
  void a_relay_with_nothing_to_do_looks_less_often_until_there_is_something() throws Exception {
    assertThat(rig.relay.runOnce()).isLessThan(Duration.ofSeconds(1));
    Duration pause = Duration.ZERO;
    for (int round = 0; round < 30; round++) {
      pause = rig.relay.runOnce();
    }
    assertThat(pause).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));

    rig.insert("a");

    assertThat(rig.relay.runOnce()).isLessThan(Duration.ofSeconds(1));
    assertThat(rig.broker.sentIds()).containsExactly("a");
    assertThat(rig.relay.runOnce()).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void two_relays_never_hold_the_same_row() throws Exception {
    rig.insert("a", "b", "c");
    CountDownLatch first = new CountDownLatch(1);
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    rig.broker.answer(
        (route, message) -> {
          first.countDown();
          return confirm;
        });
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Duration> holding = thread.submit(rig.relay::runOnce);
      first.await();
      assertThat(rig.relay().runOnce()).isPositive();
      confirm.complete(null);
      holding.get();
      assertThat(rig.broker.sentIds()).containsExactlyInAnyOrder("a", "b", "c");
    } finally {
      thread.shutdownNow();
    }
  }

  /** Were a row found by a scan, it would wait for the rows of the other, and the other for it. */
  @Test
  void a_relay_deletes_its_rows_while_another_holds_the_rest_of_a_small_table() throws Exception {
    rig.insert("a", "b", "c", "d");
    List<CompletableFuture<Void>> confirms = new CopyOnWriteArrayList<>();
    rig.broker.answer(
        (route, message) -> {
          CompletableFuture<Void> confirm = new CompletableFuture<>();
          confirms.add(confirm);
          return confirm;
        });
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Duration> first = threads.submit(rig.relay::runOnce);
      Awaitility.await().until(() -> confirms.size() == 4);
      rig.insert("e", "f");
      Future<Duration> second = threads.submit(rig.relay()::runOnce);
      Awaitility.await().until(() -> confirms.size() == 6);

      confirms.subList(0, 4).forEach(confirm -> confirm.complete(null));
      first.get(2, TimeUnit.SECONDS);
      assertThat(rig.count()).isEqualTo(2);
      confirms.subList(4, 6).forEach(confirm -> confirm.complete(null));
      second.get(2, TimeUnit.SECONDS);
      assertThat(rig.count()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_transaction_that_is_still_open_holds_up_no_relay() throws Exception {
    String[] ids = ids(500);
    rig.insert(ids);
    try (Connection open = rig.database.dataSource().getConnection()) {
      open.setAutoCommit(false);
      rig.outbox.insert(open, List.of(OutboxRig.message("late", null)));
      rig.relay.runOnce();
      assertThat(rig.broker.sentIds()).containsExactlyInAnyOrder(ids);
      assertThat(rig.count()).isZero();
      open.commit();
    }
    assertThat(rig.count()).isEqualTo(1);
  }

  @Test
  void several_relays_at_once_publish_each_row_once() throws Exception {
    String[] ids = ids(3_000);
    rig.insert(ids);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> relays = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        OutboxRelay relay = rig.relay();
        relays.add(
            threads.submit(
                () -> {
                  while (rig.count() > 0) {
                    relay.runOnce();
                  }
                  return null;
                }));
      }
      for (Future<?> relay : relays) {
        relay.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rig.broker.sentIds()).containsExactlyInAnyOrder(ids);
  }

  @Test
  void a_row_without_a_confirm_stays_and_the_others_leave() throws Exception {
    rig.insert("a", "slow", "b");
    rig.broker.answer(
        (route, message) ->
            "slow".equals(message.correlationId())
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(null));
    new OutboxRelay(
            rig.database.dataSource(),
            rig.broker,
            () -> rig.now,
            QueueSpec::of,
            Duration.ofMillis(50))
        .runOnce();
    assertThat(rig.count()).isEqualTo(1);
    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.relay.runOnce();
    assertThat(rig.broker.sentIds()).containsExactlyInAnyOrder("a", "slow", "b", "slow");
    assertThat(rig.count()).isZero();
  }

  @Test
  void an_unroutable_row_backs_off_and_is_set_aside_after_an_hour() throws Exception {
    rig.insert("a");
    rig.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unroutable("no queue")));
    rig.relay.runOnce();
    rig.relay.runOnce();
    assertThat(rig.broker.sent()).hasSize(1);
    for (int second = 0; second < 3_600; second += 30) {
      rig.advance(Duration.ofSeconds(30));
      rig.relay.runOnce();
    }
    assertThat(rig.parkedReasons()).isEmpty();
    assertThat(rig.broker.sent()).hasSizeBetween(10, 25);

    rig.advance(Duration.ofMinutes(10));
    rig.relay.runOnce();
    assertThat(rig.parkedReasons()).containsExactly("no queue");
    int tries = rig.broker.sent().size();
    rig.advance(Duration.ofDays(400));
    rig.relay.runOnce();
    assertThat(rig.broker.sent()).hasSize(tries);
  }

  @Test
  void a_row_that_was_unroutable_leaves_once_its_queue_is_there() throws Exception {
    rig.insert("a");
    rig.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unroutable("no queue")));
    rig.relay.runOnce();
    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.advance(Duration.ofSeconds(2));
    rig.relay.runOnce();
    assertThat(rig.count()).isZero();
    assertThat(rig.broker.declared()).hasSize(2);
  }

  @Test
  void a_message_set_aside_is_shown_and_leaves_when_it_is_released() throws Exception {
    rig.insert("a", "b");
    park("b");
    ParkedMessages parked = new ParkedMessages(rig.database.dataSource());

    List<ParkedMessage> shown = parked.list(10);
    assertThat(shown)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.taskId()).isEqualTo("b");
              assertThat(message.taskName()).isEqualTo("t");
              assertThat(message.queue()).isEqualTo("orders");
              assertThat(message.reason()).isEqualTo("eta too far away");
              assertThat(message.failingSince()).isEqualTo(rig.now);
            });
    long id = shown.get(0).id();
    assertThat(parked.release(List.of(id, id + 1))).containsExactly(id);
    assertThat(parked.release(List.of(id))).as("released already").isEmpty();
    assertThat(parked.list(10)).isEmpty();

    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.relay.runOnce();
    assertThat(rig.broker.sentIds()).containsExactlyInAnyOrder("a", "b", "b");
    assertThat(rig.count()).isZero();
  }

  @Test
  void only_a_message_set_aside_is_removed_and_only_with_the_transaction() throws Exception {
    rig.insert("a");
    park("a");
    rig.insert("waits");
    long id = new ParkedMessages(rig.database.dataSource()).list(1).get(0).id();
    try (Connection connection = rig.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(ParkedMessages.remove(connection, id + 1)).isEmpty();
      assertThat(ParkedMessages.remove(connection, id))
          .hasValueSatisfying(message -> assertThat(message.taskId()).isEqualTo("a"));
      connection.rollback();
      assertThat(rig.count()).isEqualTo(2);
      ParkedMessages.remove(connection, id);
      connection.commit();
    }
    assertThat(rig.stats()).isEqualTo(new OutboxStats(1, rig.now, 0));
  }

  @Test
  void while_the_broker_is_away_every_row_waits_and_none_counts_as_failed() throws Exception {
    rig.insert("a", "b", "c");
    rig.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unavailable("away", null)));
    assertThat(rig.relay.runOnce()).isEqualTo(Duration.ofSeconds(1));
    assertThat(rig.broker.sent()).hasSize(1);
    rig.broker.answer(ScriptedBroker.CONFIRM);
    rig.relay.runOnce();
    assertThat(rig.broker.sent()).hasSize(4);
    assertThat(rig.count()).isZero();
  }

  @Test
  void a_message_that_breaks_its_channel_is_found_and_set_aside_and_costs_only_itself()
      throws Exception {
    rig.insert("a", "poison", "b", "c");
    poison("poison");
    rig.relay.runOnce();
    assertThat(rig.count()).isGreaterThan(1);
    for (int round = 0; round < 3; round++) {
      rig.relay.runOnce();
    }
    assertThat(rig.count()).isEqualTo(1);
    assertThat(rig.broker.sentIds()).contains("a", "b", "c");

    for (int strike = 0; strike < 4; strike++) {
      rig.advance(Duration.ofMinutes(1));
      rig.insert("later" + strike);
      rig.relay.runOnce();
      rig.relay.runOnce();
    }
    assertThat(rig.parkedReasons()).containsExactly("channel closed");
    assertThat(rig.broker.sentIds()).contains("later0", "later1", "later2", "later3");
    assertThat(rig.count()).isEqualTo(1);
  }

  @Test
  void bytes_that_are_no_message_are_set_aside_at_once() throws Exception {
    rig.insert("a");
    try (Connection connection = rig.database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE sluice_outbox SET message = X'00'");
    }
    rig.relay.runOnce();
    assertThat(new ParkedMessages(rig.database.dataSource()).list(10))
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.taskId()).isNull();
              assertThat(message.reason()).contains("no stored message");
            });
    assertThat(rig.broker.sent()).isEmpty();
  }

  @Test
  void the_stats_tell_what_waits_since_when_and_what_was_set_aside() throws Exception {
    assertThat(rig.stats()).isEqualTo(new OutboxStats(0, null, 0));

    Instant first = rig.now;
    rig.insert("backs off");
    rig.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unroutable("no queue")));
    rig.relay.runOnce();
    rig.insert("impossible");
    rig.broker.answer(
        (route, message) -> CompletableFuture.failedFuture(new IllegalArgumentException("no")));
    rig.relay.runOnce();
    rig.advance(Duration.ofMillis(250));
    rig.insert("fresh");

    assertThat(rig.stats()).isEqualTo(new OutboxStats(2, first, 1));
  }

  @Test
  void the_stats_count_no_more_than_they_say() throws Exception {
    rig.insert(ids(OutboxStats.MOST + 1));

    assertThat(rig.stats()).isEqualTo(new OutboxStats(OutboxStats.MOST, rig.now, 0));
  }

  @Test
  void big_messages_are_claimed_a_few_at_a_time() throws Exception {
    List<RoutedMessage> messages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RoutedMessage small = OutboxRig.message("t" + i, null);
      messages.add(
          new RoutedMessage(
              small.queue(),
              null,
              new Message(
                  "application/json",
                  "utf-8",
                  0,
                  "t" + i,
                  null,
                  small.message().headers(),
                  new byte[1 << 20])));
    }
    rig.insertAll(messages);
    assertThat(rig.relay.runOnce()).isZero();
    assertThat(rig.broker.sent()).hasSizeBetween(6, 8);
    while (rig.relay.runOnce().isZero()) {
      assertThat(rig.broker.sent()).hasSizeLessThanOrEqualTo(20);
    }
    assertThat(rig.count()).isZero();
  }

  /** Sets the message with this id aside; the others are published. */
  private void park(String id) throws Exception {
    rig.broker.answer(
        (route, message) ->
            id.equals(message.correlationId())
                ? CompletableFuture.failedFuture(new IllegalArgumentException("eta too far away"))
                : CompletableFuture.completedFuture(null));
    rig.relay.runOnce();
    assertThat(rig.parkedReasons()).hasSize(1);
  }

  /** A channel that this message closes, with every confirm that is outstanding on it. */
  private void poison(String id) {
    List<CompletableFuture<Void>> outstanding = new ArrayList<>();
    rig.broker.answer(
        (route, message) -> {
          CompletableFuture<Void> confirm = new CompletableFuture<>();
          outstanding.add(confirm);
          if (id.equals(message.correlationId())) {
            outstanding.forEach(
                c -> c.completeExceptionally(new BrokerException.Unknown("channel closed", null)));
            outstanding.clear();
          } else {
            confirm.completeOnTimeout(null, 20, TimeUnit.MILLISECONDS);
          }
          return confirm;
        });
  }

  private static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "t" + i).toArray(String[]::new);
  }

  /** An application's pool comes as its server does, which on MySQL locks the gaps between rows. */
  @Test
  void a_relay_that_waits_for_a_confirm_holds_up_no_transaction_that_enqueues() throws Exception {
    rig.insert("a");
    CountDownLatch published = new CountDownLatch(1);
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    rig.broker.answer(
        (route, message) -> {
          published.countDown();
          return confirm;
        });
    OutboxRelay relay = new OutboxRelay(rig.repeatableRead(), rig.broker, () -> rig.now);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Duration> relaying = threads.submit(relay::runOnce);
      published.await();
      Future<?> inserting =
          threads.submit(
              () -> {
                rig.insert("b");
                return null;
              });
      inserting.get(2, TimeUnit.SECONDS);
      confirm.complete(null);
      relaying.get();
      assertThat(rig.count()).isEqualTo(1);
    } finally {
      confirm.complete(null);
      threads.shutdown();
    }
  }

  @Test
  void several_relays_publish_each_row_once_while_others_insert_and_some_rows_are_refused()
      throws Exception {
    rig.broker.answer(
        (route, message) ->
            String.valueOf(message.correlationId()).endsWith("-no")
                ? CompletableFuture.failedFuture(new BrokerException.Refused("full"))
                : CompletableFuture.completedFuture(null));
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      AtomicBoolean done = new AtomicBoolean();
      List<Future<?>> relays = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        OutboxRelay relay = new OutboxRelay(rig.repeatableRead(), rig.broker, () -> rig.now);
        relays.add(
            threads.submit(
                () -> {
                  while (!done.get()) {
                    relay.runOnce();
                  }
                  relay.runOnce();
                  return null;
                }));
      }
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String writer = "w" + i + "-";
        writers.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < 200; n++) {
                    rig.insert(writer + n + "-a", writer + n + "-b", writer + n + "-no");
                  }
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get(60, TimeUnit.SECONDS);
      }
      done.set(true);
      for (Future<?> relay : relays) {
        relay.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rig.broker.sentIds()).hasSize(1_800).doesNotHaveDuplicates();
  }
}
