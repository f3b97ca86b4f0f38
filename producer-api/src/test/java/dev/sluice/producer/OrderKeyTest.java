package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.message.Headers;
import dev.sluice.task.TaskType;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;
import dev.sluice.topology.Topology;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a producer promises about tasks with an order key. */
class OrderKeyTest {
  record Click(long user) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks").priority(7);
  private static final EnqueueOptions KEYED = EnqueueOptions.DEFAULTS.orderKey("a");

  private final ScriptedBroker broker = new ScriptedBroker(new Topology("shop"));
  private final List<CompletableFuture<Void>> confirms = new ArrayList<>();
  private final Producer producer =
      Producer.open(
          broker,
          ProducerOptions.DEFAULTS.queues(
              name ->
                  new QueueSpec(
                      name, name.equals("shop.clicks") ? Profile.CLASSIC : Profile.QUORUM)));

  @Test
  void a_task_goes_to_its_key_s_partition_queue_with_the_key_and_without_a_priority() {
    producer.enqueue(CLICK, new Click(1), KEYED);

    ScriptedBroker.Sent sent = broker.sent().get(0);
    String partition = OrderPartitions.of("shop.clicks", "a");
    assertThat(sent.route()).isEqualTo(new Route.ToQueue(partition));
    assertThat(sent.message().headers()).containsEntry(Headers.ORDER_KEY, "a");
    assertThat(sent.message().priority()).isZero();
    assertThat(broker.declared())
        .containsExactly(new QueueSpec(partition, Profile.ORDERED_CLASSIC));
  }

  @Test
  void what_would_break_the_order_is_refused() {
    assertThatThrownBy(() -> KEYED.delay(Duration.ofSeconds(1)))
        .hasMessageContaining("neither delay, eta nor priority");
    assertThatThrownBy(() -> KEYED.eta(Instant.EPOCH)).hasMessageContaining("order key");
    assertThatThrownBy(() -> KEYED.priority(3)).hasMessageContaining("order key");
    assertThatThrownBy(() -> KEYED.exclusive(Exclusive.drop("k")))
        .hasMessageContaining("either orderKey or exclusive");
    assertThatThrownBy(() -> EnqueueOptions.DEFAULTS.orderKey(" "))
        .hasMessageContaining("orderKey must have 1 to 255 characters");
  }

  @Test
  void the_outbox_keeps_no_order_and_refuses_an_order_key() throws Exception {
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("getAutoCommit");
                  return false;
                });
    Transaction transaction = producer.inTransaction(connection);

    assertThatThrownBy(() -> transaction.enqueue(CLICK, new Click(1), KEYED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the outbox keeps no order")
        .hasMessageContaining("after the commit");
  }

  @Test
  void each_is_published_once_the_one_before_it_is_confirmed_and_other_keys_go_ahead() {
    answerLater();
    List<CompletableFuture<TaskHandle>> first = enqueueAsync("a", "a", "a");
    List<CompletableFuture<TaskHandle>> second = enqueueAsync("b", "a");

    assertThat(keysSent()).containsExactly("a", "b");
    confirms.get(0).complete(null);
    assertThat(first.get(0)).isCompleted();
    assertThat(keysSent()).containsExactly("a", "b", "a");
    confirms.get(1).complete(null);
    assertThat(keysSent()).hasSize(3);
    confirms.get(2).complete(null);
    confirms.get(3).complete(null);
    assertThat(second.get(1)).isNotCompleted();
    confirms.get(4).complete(null);

    assertThat(first).allMatch(CompletableFuture::isDone);
    assertThat(second).allMatch(CompletableFuture::isDone);
    assertThat(keysSent()).containsExactly("a", "b", "a", "a", "a");
  }

  @Test
  void behind_a_task_of_unknown_outcome_none_of_its_key_is_sent() {
    answerLater();
    List<CompletableFuture<TaskHandle>> tasks = enqueueAsync("a", "b", "a", "a");

    confirms.get(0).completeExceptionally(new BrokerException.Unknown("lost", null));
    confirms.get(1).complete(null);

    assertThat(tasks.get(1)).isCompleted();
    assertThat(keysSent()).containsExactly("a", "b");
    assertThat(tasks.get(0)).isCompletedExceptionally();
    for (CompletableFuture<TaskHandle> behind : tasks.subList(2, 4)) {
      assertThat(behind)
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(EarlierNotStored.class)
          .withMessageContaining("enqueue that one again with its id, then this one");
    }
    enqueueAsync("a");
    assertThat(keysSent()).as("the key is not blocked").containsExactly("a", "b", "a");
  }

  @Test
  void many_at_once_leave_in_their_order() {
    List<EnqueueRequest<Click>> requests =
        IntStream.range(0, 20_000)
            .mapToObj(
                i ->
                    new EnqueueRequest<>(
                        CLICK, new Click(i), i % 3 == 0 ? EnqueueOptions.DEFAULTS : KEYED))
            .toList();

    List<String> ids = producer.enqueueAll(requests).stream().map(TaskHandle::taskId).toList();

    List<String> keyed =
        IntStream.range(0, 20_000).filter(i -> i % 3 != 0).mapToObj(ids::get).toList();
    assertThat(
            broker.sent().stream()
                .filter(sent -> sent.message().headers().containsKey(Headers.ORDER_KEY))
                .map(sent -> sent.message().correlationId()))
        .containsExactlyElementsOf(keyed);
    assertThat(broker.sentIds()).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void of_many_at_once_those_behind_one_that_is_refused_are_named() {
    broker.answer(
        (route, message) ->
            broker.sent().size() == 2
                ? CompletableFuture.failedFuture(new BrokerException.Refused("full"))
                : CompletableFuture.completedFuture(null));
    List<EnqueueRequest<Click>> requests =
        IntStream.range(0, 4)
            .mapToObj(i -> new EnqueueRequest<>(CLICK, new Click(i), KEYED))
            .toList();

    EnqueueIncomplete incomplete =
        catchThrowableOfType(EnqueueIncomplete.class, () -> producer.enqueueAll(requests));

    assertThat(incomplete.accepted()).hasSize(1);
    assertThat(incomplete.failed().values())
        .hasSize(3)
        .hasAtLeastOneElementOfType(TaskRefused.class)
        .hasAtLeastOneElementOfType(EarlierNotStored.class);
  }

  private List<CompletableFuture<TaskHandle>> enqueueAsync(String... keys) {
    List<CompletableFuture<TaskHandle>> tasks = new ArrayList<>();
    for (String key : keys) {
      tasks.add(producer.enqueueAsync(CLICK, new Click(1), EnqueueOptions.DEFAULTS.orderKey(key)));
    }
    return tasks;
  }

  private void answerLater() {
    broker.answer(
        (route, message) -> {
          CompletableFuture<Void> confirm = new CompletableFuture<>();
          confirms.add(confirm);
          return confirm;
        });
  }

  private List<Object> keysSent() {
    List<Object> keys = new ArrayList<>();
    broker.sent().forEach(sent -> keys.add(sent.message().headers().get(Headers.ORDER_KEY)));
    return keys;
  }
}
