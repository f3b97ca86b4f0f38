package dev.sluice.producer;

import static dev.sluice.producer.KeyedProducers.SHIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.keys.Claim;
import dev.sluice.keys.Generations;
import dev.sluice.keys.KeyName;
import dev.sluice.keys.RedisKeys;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.producer.KeyedProducers.Order;
import dev.sluice.task.TaskType;
import java.net.URI;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exclusive tasks at the door. What the worker adds is tested with one. */
class ExclusiveTest {
  private static final Order ORDER = new Order(17);
  private static final KeyName KEY = KeyName.exclusive(SHIP.name(), "user-7");
  private static final EnqueueOptions DROP =
      EnqueueOptions.DEFAULTS.exclusive(Exclusive.drop("user-7"));
  private static final EnqueueOptions REPLACE =
      EnqueueOptions.DEFAULTS.exclusive(Exclusive.replace("user-7"));

  private final KeyedProducers setup = new KeyedProducers();
  private final Producer producer = setup.producer();

  @AfterEach
  void close() {
    producer.close();
    setup.close();
  }

  @Test
  void while_one_stands_a_newcomer_is_dropped_and_says_which_one() {
    TaskHandle first = producer.enqueue(SHIP, ORDER, DROP);
    TaskHandle second = producer.enqueue(SHIP, new Order(18), DROP);

    assertThat(second).isEqualTo(new TaskHandle(first.taskId(), false));
    assertThat(setup.broker.sentIds()).containsExactly(first.taskId());
    assertThat(setup.broker.sent().get(0).message().headers())
        .containsEntry(Headers.EXCLUSIVE, "user-7")
        .doesNotContainKey(Headers.GENERATION);
  }

  @Test
  void of_a_hundred_calls_at_once_one_is_new_and_one_message_is_sent() throws Exception {
    List<TaskHandle> handles =
        KeyedProducers.aHundredTimes(() -> producer.enqueue(SHIP, ORDER, DROP));

    assertThat(handles).filteredOn(TaskHandle::isNew).hasSize(1);
    assertThat(handles).extracting(TaskHandle::taskId).containsOnly(handles.get(0).taskId());
    assertThat(setup.broker.sent()).hasSize(1);
  }

  @Test
  void a_newcomer_waits_for_what_becomes_of_an_enqueue_that_is_under_way() throws Exception {
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    setup.broker.answer((route, message) -> confirm);
    CompletableFuture<TaskHandle> first = producer.enqueueAsync(SHIP, ORDER, DROP);
    CompletableFuture<TaskHandle> second =
        CompletableFuture.supplyAsync(() -> producer.enqueue(SHIP, ORDER, DROP));
    confirm.complete(null);

    assertThat(second.get(30, TimeUnit.SECONDS))
        .isEqualTo(new TaskHandle(first.get().taskId(), false));
    assertThat(setup.broker.sent()).hasSize(1);
  }

  @Test
  void when_the_enqueue_before_it_fails_the_newcomer_is_new() throws Exception {
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    setup.broker.answer((route, message) -> confirm);
    CompletableFuture<TaskHandle> first = producer.enqueueAsync(SHIP, ORDER, DROP);
    CompletableFuture<TaskHandle> second =
        CompletableFuture.supplyAsync(() -> producer.enqueue(SHIP, ORDER, DROP));
    setup.broker.answer(ScriptedBroker.CONFIRM);
    confirm.completeExceptionally(new BrokerException.Refused("full"));

    assertThat(second.get(30, TimeUnit.SECONDS).isNew()).isTrue();
    assertThat(first).isCompletedExceptionally();
  }

  @Test
  void a_confirm_that_comes_after_the_producer_was_closed_counts() throws Exception {
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    setup.broker.answer((route, message) -> confirm);
    CompletableFuture<TaskHandle> first = producer.enqueueAsync(SHIP, ORDER, DROP);
    producer.close();
    confirm.complete(null);

    String id = first.get(30, TimeUnit.SECONDS).taskId();
    Claim claim = new Claim("newcomer", new byte[0], setup.now, Duration.ofHours(1));
    assertThat(setup.keys.take(KEY, claim).taskId()).isEqualTo(id);
    assertThat(setup.keys.take(KEY, claim).confirmed()).isTrue();
  }

  @Test
  void after_a_crash_between_taking_the_key_and_the_confirm_the_newcomer_is_not_swallowed() {
    setup.keys.take(KEY, new Claim("crashed", new byte[0], setup.now, Duration.ofHours(1)));
    setup.pass(Duration.ofSeconds(11));

    TaskHandle newcomer = producer.enqueue(SHIP, ORDER, DROP);
    assertThat(newcomer).isEqualTo(new TaskHandle("crashed", false));
    Message sent = setup.broker.sent().get(0).message();
    assertThat(sent.correlationId()).isEqualTo("crashed");
    assertThat(sent.headers())
        .containsEntry(Headers.ID, "crashed")
        .containsEntry(Headers.ROOT_ID, "crashed");
    assertThat(new String(sent.body())).contains("17");
    assertThat(producer.enqueue(SHIP, ORDER, DROP)).isEqualTo(newcomer);
    assertThat(setup.broker.sent()).hasSize(1);
  }

  @Test
  void an_enqueue_of_unknown_outcome_is_repeated_with_its_id_at_once() {
    setup.broker.answer(
        (route, message) ->
            CompletableFuture.failedFuture(new BrokerException.Unknown("lost", null)));
    EnqueueUnknown unknown =
        catchThrowableOfType(EnqueueUnknown.class, () -> producer.enqueue(SHIP, ORDER, DROP));
    setup.broker.answer(ScriptedBroker.CONFIRM);

    producer.enqueue(SHIP, ORDER, DROP.taskId(unknown.taskId()));
    assertThat(setup.broker.sentIds()).containsExactly(unknown.taskId(), unknown.taskId());
  }

  @Test
  void the_lock_is_free_again_when_its_time_to_live_is_over() {
    EnqueueOptions short1 =
        EnqueueOptions.DEFAULTS.exclusive(Exclusive.drop("user-7").ttl(Duration.ofMinutes(1)));
    producer.enqueue(SHIP, ORDER, short1);
    setup.pass(Duration.ofMinutes(1).minusMillis(1));
    assertThat(producer.enqueue(SHIP, ORDER, short1).isNew()).isFalse();
    setup.pass(Duration.ofMillis(1));
    assertThat(producer.enqueue(SHIP, ORDER, short1).isNew()).isTrue();
  }

  @Test
  void a_store_that_is_away_is_an_error_that_says_so() {
    try (Producer lost =
        Producer.open(setup.broker, setup.options().keys(new KeyedProducers.Away()))) {
      assertThatThrownBy(() -> lost.enqueue(SHIP, ORDER, DROP))
          .isInstanceOf(KeyUnavailable.class)
          .hasMessageContaining("the store is away")
          .hasMessageContaining("enqueue it again later");
    }
    assertThat(setup.broker.sent()).isEmpty();
  }

  @Test
  void without_a_store_or_a_database_the_error_names_what_to_set() {
    try (Producer plain = Producer.open(setup.broker, setup.options())) {
      assertThatThrownBy(() -> plain.enqueue(SHIP, ORDER, DROP))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ProducerOptions.keys");
      assertThatThrownBy(() -> plain.enqueue(SHIP, ORDER, REPLACE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ProducerOptions.outbox");
    }
  }

  @Test
  void in_a_transaction_a_rollback_frees_the_lock_and_a_commit_holds_it() throws Exception {
    assertThat(inTransaction(producer, DROP, false).isNew()).isTrue();
    TaskHandle committed = inTransaction(producer, DROP, true);
    TaskHandle dropped = inTransaction(producer, DROP, true);

    assertThat(committed.isNew()).isTrue();
    assertThat(dropped).isEqualTo(new TaskHandle(committed.taskId(), false));
    assertThat(producer.enqueue(SHIP, ORDER, DROP)).isEqualTo(dropped);
    assertThat(setup.outboxRows()).isEqualTo(1);
    assertThat(setup.broker.sent()).isEmpty();
  }

  @Test
  void in_a_transaction_a_crashed_holder_does_not_swallow_the_newcomer() throws Exception {
    setup.keys.take(KEY, new Claim("crashed", new byte[0], setup.now, Duration.ofHours(1)));

    assertThat(inTransaction(producer, DROP, true)).isEqualTo(new TaskHandle("crashed", false));
    assertThat(setup.outboxRows()).isEqualTo(1);
  }

  @Test
  void in_a_transaction_a_lock_elsewhere_is_refused_because_a_rollback_would_not_free_it() {
    try (RedisKeys redis = RedisKeys.open(URI.create("redis://127.0.0.1:1"), "");
        Producer elsewhere = Producer.open(setup.broker, setup.options().keys(redis))) {
      assertThatThrownBy(() -> inTransaction(elsewhere, DROP, true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("new DatabaseKeys(…)");
    }
  }

  @Test
  void what_replaces_leaves_through_the_outbox_with_a_higher_generation_each_time() {
    ProducerOptions options = setup.options().outbox(setup.database.dataSource());
    try (Producer replacing = Producer.open(setup.broker, options)) {
      TaskHandle first = replacing.enqueue(SHIP, ORDER, REPLACE);
      TaskHandle second = replacing.enqueue(SHIP, new Order(18), REPLACE);
      assertThat(first.isNew()).isTrue();
      assertThat(second.isNew()).isTrue();
      await().until(() -> setup.broker.sent().size() == 2);

      assertThat(generation(first)).isLessThan(generation(second));
    }
  }

  @Test
  void a_replacement_that_is_rolled_back_leaves_the_one_before_in_its_place() throws Exception {
    TaskHandle first = inTransaction(producer, REPLACE, true);
    inTransaction(producer, REPLACE, false);
    try (Connection connection = setup.database.dataSource().getConnection()) {
      assertThat(Generations.newest(connection, KEY))
          .extracting(Generations.Newest::taskId)
          .isEqualTo(first.taskId());
    }
    assertThat(setup.outboxRows()).isEqualTo(1);
  }

  @Test
  void a_database_that_is_away_stores_nothing_and_says_so() {
    ProducerOptions options = setup.options().outbox(setup.database.dataSource());
    try (Producer replacing = Producer.open(setup.broker, options)) {
      setup.database.close();
      assertThatThrownBy(() -> replacing.enqueue(SHIP, ORDER, REPLACE))
          .isInstanceOf(KeyUnavailable.class)
          .hasMessageContaining("the database failed");
    }
  }

  @Test
  void a_debounced_task_waits_for_its_delay() {
    ProducerOptions options = setup.options().outbox(setup.database.dataSource());
    try (Producer replacing = Producer.open(setup.broker, options)) {
      replacing.enqueue(
          SHIP,
          ORDER,
          EnqueueOptions.DEFAULTS.exclusive(Exclusive.debounce("user-7", Duration.ofSeconds(30))));
      await().until(() -> setup.broker.sent().size() == 1);
      assertThat(setup.broker.sent().get(0).route())
          .isEqualTo(new Route.Delayed("orders", setup.now.plusSeconds(30)));
    }
  }

  @Test
  void what_replaces_is_refused_for_a_type_that_writes_to_another_database_than_the_keys() {
    ProducerOptions options = setup.options().outbox(setup.database.dataSource());
    TaskType<Order> elsewhere = SHIP.database("archive");
    try (Producer replacing = Producer.open(setup.broker, options)) {
      assertThatThrownBy(() -> replacing.enqueue(elsewhere, ORDER, REPLACE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("writes to database 'archive'")
          .hasMessageContaining("use Exclusive.drop");
      replacing.enqueue(elsewhere, ORDER, DROP);
    }
  }

  @Test
  void options_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> Exclusive.debounce("k", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Exclusive.drop("k").ttl(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Exclusive.replace("k").ttl(Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only a drop holds a lock");
    assertThatThrownBy(() -> Exclusive.drop("x".repeat(501)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                EnqueueOptions.DEFAULTS
                    .delay(Duration.ofSeconds(1))
                    .exclusive(Exclusive.debounce("k", Duration.ofSeconds(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its own delay");
  }

  private long generation(TaskHandle task) {
    return setup.broker.sent().stream()
        .map(ScriptedBroker.Sent::message)
        .filter(message -> task.taskId().equals(message.correlationId()))
        .map(message -> (Long) message.headers().get(Headers.GENERATION))
        .findFirst()
        .orElseThrow();
  }

  private TaskHandle inTransaction(Producer producer, EnqueueOptions options, boolean commit)
      throws Exception {
    try (Connection connection = setup.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      try {
        TaskHandle handle = producer.inTransaction(connection).enqueue(SHIP, ORDER, options);
        if (commit) {
          connection.commit();
        } else {
          connection.rollback();
        }
        return handle;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  @Test
  void of_many_tasks_none_is_stored_when_one_of_them_cannot_take_its_key() {
    try (Producer keyless = Producer.open(setup.broker, setup.options())) {
      List<EnqueueRequest<Order>> requests =
          List.of(
              EnqueueRequest.of(SHIP, new Order(1)),
              new EnqueueRequest<>(SHIP, new Order(2), DROP));
      assertThatThrownBy(() -> keyless.enqueueAll(requests))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ProducerOptions.keys");
      assertThat(setup.broker.sent()).isEmpty();
    }
  }
}
