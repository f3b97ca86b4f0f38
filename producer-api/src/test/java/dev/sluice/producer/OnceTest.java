package dev.sluice.producer;

import static dev.sluice.producer.KeyedProducers.SHIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.keys.Claim;
import dev.sluice.keys.KeyName;
import dev.sluice.producer.KeyedProducers.Order;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that are enqueued once in a window. What the inbox adds is tested with a worker. */
class OnceTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final EnqueueOptions ONCE = EnqueueOptions.DEFAULTS.once("order-17", DAY);
  private static final Order ORDER = new Order(17);
  private static final TaskType<Order> BILL =
      TaskType.of("orders.bill", Order.class).queue("orders");

  private final KeyedProducers setup = new KeyedProducers();
  private final Producer producer = setup.producer();

  @AfterEach
  void close() {
    producer.close();
    setup.close();
  }

  @Test
  void the_second_call_sends_nothing_and_says_which_task_stands() {
    TaskHandle first = producer.enqueue(SHIP, ORDER, ONCE);
    TaskHandle second = producer.enqueue(SHIP, ORDER, ONCE);

    assertThat(first.isNew()).isTrue();
    assertThat(second).isEqualTo(new TaskHandle(first.taskId(), false));
    assertThat(setup.broker.sentIds()).containsExactly(first.taskId());
  }

  @Test
  void of_a_hundred_calls_at_once_one_is_new_and_one_message_is_sent() throws Exception {
    List<TaskHandle> handles =
        KeyedProducers.aHundredTimes(() -> producer.enqueue(SHIP, ORDER, ONCE));

    assertThat(handles).filteredOn(TaskHandle::isNew).hasSize(1);
    assertThat(handles).extracting(TaskHandle::taskId).containsOnly(handles.get(0).taskId());
    assertThat(setup.broker.sentIds()).containsExactly(handles.get(0).taskId());
  }

  @Test
  void the_next_window_another_key_and_another_name_are_other_tasks() {
    HashSet<String> ids = new HashSet<>();
    ids.add(producer.enqueue(SHIP, ORDER, ONCE).taskId());
    ids.add(producer.enqueue(SHIP, ORDER, EnqueueOptions.DEFAULTS.once("o-18", DAY)).taskId());
    ids.add(producer.enqueue(BILL, ORDER, ONCE).taskId());
    setup.pass(Duration.ofHours(12).minusMillis(1));
    assertThat(producer.enqueue(SHIP, ORDER, ONCE).isNew()).isFalse();
    setup.pass(Duration.ofMillis(1));
    TaskHandle next = producer.enqueue(SHIP, ORDER, ONCE);
    ids.add(next.taskId());

    assertThat(next.isNew()).isTrue();
    assertThat(ids).hasSize(4);
    assertThat(setup.broker.sent()).hasSize(4);
  }

  @Test
  void another_payload_under_the_key_is_a_conflict() {
    TaskHandle first = producer.enqueue(SHIP, ORDER, ONCE);
    assertThatThrownBy(() -> producer.enqueue(SHIP, new Order(18), ONCE))
        .isInstanceOf(KeyConflict.class)
        .hasMessageContaining(first.taskId())
        .hasMessageContaining("use another key");
    assertThat(setup.broker.sent()).hasSize(1);
  }

  @Test
  void after_a_crash_between_taking_the_key_and_the_confirm_the_same_id_is_sent() {
    String id = task(ONCE).taskId();
    byte[] body = task(ONCE).message().body();
    setup.keys.take(KeyName.once(id), new Claim(id, body, setup.now, Duration.ofHours(12)));
    setup.pass(Duration.ofSeconds(11));

    assertThat(producer.enqueue(SHIP, ORDER, ONCE)).isEqualTo(new TaskHandle(id, false));
    assertThat(producer.enqueue(SHIP, ORDER, ONCE)).isEqualTo(new TaskHandle(id, false));
    assertThat(setup.broker.sentIds()).containsExactly(id);
  }

  @Test
  void a_call_that_failed_may_be_repeated_at_once() {
    setup.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unavailable("away", null)));
    assertThatThrownBy(() -> producer.enqueue(SHIP, ORDER, ONCE))
        .isInstanceOf(BrokerUnavailable.class);
    setup.broker.answer(ScriptedBroker.CONFIRM);

    assertThat(producer.enqueue(SHIP, ORDER, ONCE).isNew()).isTrue();
  }

  @Test
  void a_call_of_unknown_outcome_is_repeated_with_its_id_also_in_the_next_window() {
    setup.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unknown("lost", null)));
    EnqueueUnknown unknown =
        catchThrowableOfType(EnqueueUnknown.class, () -> producer.enqueue(SHIP, ORDER, ONCE));
    setup.broker.answer(ScriptedBroker.CONFIRM);
    setup.pass(DAY);

    TaskHandle again = producer.enqueue(SHIP, ORDER, ONCE.taskId(unknown.taskId()));
    assertThat(again.taskId()).isEqualTo(unknown.taskId());
    assertThat(setup.broker.sentIds()).containsExactly(again.taskId(), again.taskId());
  }

  @Test
  void while_the_store_is_away_the_task_is_sent_under_the_same_id() {
    try (Producer unsure =
        Producer.open(setup.broker, setup.options().keys(new KeyedProducers.Away()))) {
      TaskHandle first = unsure.enqueue(SHIP, ORDER, ONCE);
      TaskHandle second = unsure.enqueue(SHIP, ORDER, ONCE);
      assertThat(setup.broker.sentIds()).containsExactly(first.taskId(), second.taskId());
      assertThat(second.taskId()).isEqualTo(first.taskId());
    }
  }

  @Test
  void without_a_store_the_same_id_is_sent_each_time() {
    try (Producer plain = Producer.open(setup.broker, setup.options())) {
      String first = plain.enqueue(SHIP, ORDER, ONCE).taskId();
      assertThat(plain.enqueue(SHIP, ORDER, ONCE).taskId()).isEqualTo(first);
      assertThat(setup.broker.sent()).hasSize(2);
    }
  }

  @Test
  void twice_among_many_is_one() {
    List<TaskHandle> handles =
        producer.enqueueAll(
            List.of(
                new EnqueueRequest<>(SHIP, ORDER, ONCE),
                EnqueueRequest.of(SHIP, new Order(1)),
                new EnqueueRequest<>(SHIP, ORDER, ONCE)));

    assertThat(handles).extracting(TaskHandle::isNew).containsExactly(true, true, false);
    assertThat(handles.get(2).taskId()).isEqualTo(handles.get(0).taskId());
    assertThat(setup.broker.sent()).hasSize(2);
  }

  @Test
  void a_spool_takes_one_record_for_all_calls(@TempDir Path folder) throws Exception {
    ProducerOptions options = setup.options().keys(setup.keys).spool(SpoolOptions.of(folder));
    try (Producer spooling = Producer.open(setup.broker.topology(), options)) {
      List<TaskHandle> handles =
          KeyedProducers.aHundredTimes(() -> spooling.enqueue(SHIP, ORDER, ONCE));
      assertThat(handles).filteredOn(TaskHandle::isNew).hasSize(1);
    }
    try (Stream<Path> files = Files.list(folder)) {
      long records =
          files.filter(file -> file.toString().endsWith(".log")).mapToLong(OnceTest::bodies).sum();
      assertThat(records).isEqualTo(1);
    }
  }

  @Test
  void in_a_transaction_the_key_is_taken_by_the_commit() throws Exception {
    TaskHandle first = inTransaction(true);
    TaskHandle second = inTransaction(true);

    assertThat(first.isNew()).isTrue();
    assertThat(second).isEqualTo(new TaskHandle(first.taskId(), false));
    assertThat(producer.enqueue(SHIP, ORDER, ONCE)).isEqualTo(second);
    assertThat(setup.outboxRows()).isEqualTo(1);
    assertThat(setup.broker.sent()).isEmpty();
  }

  @Test
  void after_a_transaction_that_was_rolled_back_the_key_is_new_again() throws Exception {
    TaskHandle rolledBack = inTransaction(false);
    assertThat(inTransaction(false).isNew()).isTrue();
    TaskHandle sent = producer.enqueue(SHIP, ORDER, ONCE);

    assertThat(sent).isEqualTo(new TaskHandle(rolledBack.taskId(), true));
    assertThat(setup.outboxRows()).isZero();
    assertThat(setup.broker.sent()).hasSize(1);
  }

  @Test
  void a_hundred_transactions_at_once_enqueue_one() throws Exception {
    List<TaskHandle> handles =
        KeyedProducers.aHundredTimes(
            () ->
                producer.transactionResult(
                    setup.database.dataSource(), tx -> tx.enqueue(SHIP, ORDER, ONCE)));

    assertThat(handles).filteredOn(TaskHandle::isNew).hasSize(1);
    assertThat(setup.outboxRows()).isEqualTo(1);
  }

  @Test
  void a_conflict_in_a_transaction_enqueues_what_stood_before_it() throws Exception {
    producer.enqueue(SHIP, ORDER, ONCE);
    EnqueueOptions other = EnqueueOptions.DEFAULTS.once("order-18", DAY);
    try (Connection connection = setup.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      Transaction transaction = producer.inTransaction(connection);
      List<EnqueueRequest<Order>> requests =
          List.of(
              new EnqueueRequest<>(SHIP, new Order(18), other),
              new EnqueueRequest<>(SHIP, new Order(19), ONCE));
      assertThatThrownBy(() -> transaction.enqueueAll(requests)).isInstanceOf(KeyConflict.class);
      connection.commit();
      connection.setAutoCommit(true);
    }
    assertThat(setup.outboxRows()).isEqualTo(1);
    assertThat(producer.enqueue(SHIP, new Order(18), other).isNew()).isFalse();
  }

  @Test
  void a_window_and_a_delay_beyond_what_the_inbox_remembers_are_refused() {
    EnqueueOptions long29 = EnqueueOptions.DEFAULTS.once("k", Duration.ofDays(29));
    producer.enqueue(SHIP, ORDER, long29.delay(Duration.ofHours(23)));
    assertThatThrownBy(() -> producer.enqueue(SHIP, ORDER, long29.delay(DAY)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30 days");
    assertThatThrownBy(() -> EnqueueOptions.DEFAULTS.once("k", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EnqueueOptions.DEFAULTS.once(" ", DAY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ONCE.exclusive(Exclusive.drop("k")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not both");
  }

  private TaskHandle inTransaction(boolean commit) throws Exception {
    try (Connection connection = setup.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      TaskHandle handle = producer.inTransaction(connection).enqueue(SHIP, ORDER, ONCE);
      if (commit) {
        connection.commit();
      } else {
        connection.rollback();
      }
      connection.setAutoCommit(true);
      return handle;
    }
  }

  private static long bodies(Path segment) {
    try {
      String text = Files.readString(segment, StandardCharsets.ISO_8859_1);
      return text.split("\\{\"number\":17\\}", -1).length - 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private NewTask task(EnqueueOptions options) {
    return new MessageFactory(setup.broker.topology(), "7@host", 1000, () -> setup.now)
        .create(SHIP, ORDER, options, null);
  }
}
