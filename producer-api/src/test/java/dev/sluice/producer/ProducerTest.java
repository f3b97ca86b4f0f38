package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ProducerTest {
  record Click(long user) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks");

  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  private final List<String> heard = new ArrayList<>();
  private final Producer producer =
      Producer.open(
          broker,
          ProducerOptions.DEFAULTS
              .confirmTimeout(Duration.ofMillis(100))
              .listener(
                  new ProducerListener() {
                    @Override
                    public void enqueued(NewTask task, long nanos) {
                      heard.add("enqueued " + task.taskId());
                    }

                    @Override
                    public void failed(NewTask task, EnqueueException cause) {
                      heard.add("failed " + task.taskId());
                    }
                  }));

  @Test
  void a_confirmed_task_has_an_id_and_its_queue_is_declared_once() {
    String first = producer.enqueue(CLICK, new Click(1)).taskId();
    String second = producer.enqueue(CLICK, new Click(2)).taskId();
    assertThat(broker.sentIds()).containsExactly(first, second);
    assertThat(broker.declared()).containsExactly(QueueSpec.of("clicks"));
    assertThat(heard).containsExactly("enqueued " + first, "enqueued " + second);
  }

  @Test
  void an_enqueue_without_a_confirm_is_unknown_and_is_repeated_with_its_id() {
    broker.answer((route, message) -> new CompletableFuture<>());
    EnqueueUnknown unknown =
        catchThrowableOfType(EnqueueUnknown.class, () -> producer.enqueue(CLICK, new Click(1)));
    broker.answer(ScriptedBroker.CONFIRM);
    String again =
        producer
            .enqueue(CLICK, new Click(1), EnqueueOptions.DEFAULTS.taskId(unknown.taskId()))
            .taskId();
    assertThat(again).isEqualTo(unknown.taskId());
    assertThat(broker.sentIds()).containsExactly(again, again);
  }

  @Test
  void a_channel_that_broke_before_the_confirm_makes_the_task_unknown() {
    fail(new BrokerException.Unknown("connection lost", null));
    assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1)))
        .isInstanceOf(EnqueueUnknown.class)
        .hasMessageContaining("enqueue it again with this task id");
  }

  @Test
  void a_queue_that_was_deleted_is_declared_again_before_the_next_task() {
    producer.enqueue(CLICK, new Click(1));
    fail(new BrokerException.Unroutable("no queue"));
    assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(2)))
        .isInstanceOf(TaskUnroutable.class)
        .hasMessageContaining("no queue 'clicks'");
    broker.answer(ScriptedBroker.CONFIRM);
    producer.enqueue(CLICK, new Click(2));
    assertThat(broker.declared()).hasSize(2);
  }

  @Test
  void what_the_broker_did_is_told_apart() {
    fail(new BrokerException.Refused("nack"));
    assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1))).isInstanceOf(TaskRefused.class);
    fail(new BrokerException.Unavailable("RabbitMQ at host:5672 is away", null));
    assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1)))
        .isInstanceOf(BrokerUnavailable.class)
        .hasMessageContaining("RabbitMQ at host:5672 is away");
    assertThat(heard).hasSize(2).allMatch(h -> h.startsWith("failed "));
  }

  @Test
  void an_async_enqueue_gives_its_error_in_the_future() {
    fail(new BrokerException.Refused("nack"));
    assertThat(producer.enqueueAsync(CLICK, new Click(1)))
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(TaskRefused.class);
  }

  @Test
  void many_tasks_are_sent_before_the_first_confirm_is_waited_for() {
    List<CompletableFuture<Void>> confirms = new ArrayList<>();
    broker.answer(
        (route, message) -> {
          confirms.add(new CompletableFuture<>());
          if (confirms.size() == 3) {
            confirms.forEach(c -> c.complete(null));
          }
          return confirms.get(confirms.size() - 1);
        });
    assertThat(producer.enqueueAll(clicks(3)))
        .extracting(TaskHandle::taskId)
        .isEqualTo(broker.sentIds());
  }

  @Test
  void of_many_tasks_the_accepted_failed_and_unknown_are_told_apart() {
    broker.answer(
        (route, message) ->
            switch (broker.sent().size()) {
              case 2 -> CompletableFuture.failedFuture(new BrokerException.Refused("nack"));
              case 3 -> new CompletableFuture<>();
              default -> CompletableFuture.completedFuture(null);
            });
    EnqueueIncomplete error =
        catchThrowableOfType(EnqueueIncomplete.class, () -> producer.enqueueAll(clicks(4)));
    List<String> ids = broker.sentIds();
    assertThat(error.accepted())
        .extracting(TaskHandle::taskId)
        .containsExactly(ids.get(0), ids.get(3));
    assertThat(error.failed()).containsOnlyKeys(ids.get(1));
    assertThat(error.unknown()).containsOnlyKeys(ids.get(2));
    assertThat(error).hasMessageContaining("2 tasks were accepted, 1 were not and 1 are unknown");
  }

  @Test
  void a_broker_that_is_away_is_waited_for_once_and_not_for_each_of_many_tasks() {
    fail(new BrokerException.Unavailable("away", null));
    EnqueueIncomplete error =
        catchThrowableOfType(EnqueueIncomplete.class, () -> producer.enqueueAll(clicks(4)));
    assertThat(error.failed()).hasSize(4);
    assertThat(error.failed().values()).allMatch(e -> e instanceof BrokerUnavailable);
    assertThat(broker.sent()).hasSize(1);
  }

  @Test
  void one_wrong_payload_among_many_sends_none() {
    List<EnqueueRequest<Click>> requests = new ArrayList<>(clicks(2));
    requests.add(
        new EnqueueRequest<>(CLICK, new Click(3), EnqueueOptions.DEFAULTS.header("id", "x")));
    assertThatThrownBy(() -> producer.enqueueAll(requests))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(broker.sent()).isEmpty();
  }

  @Test
  void a_closed_producer_says_so() {
    producer.close();
    assertThatThrownBy(() -> producer.enqueue(CLICK, new Click(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void every_default_is_pinned() {
    ProducerOptions defaults = ProducerOptions.DEFAULTS;
    assertThat(defaults.maxBodyBytes()).isEqualTo(1 << 20);
    assertThat(defaults.confirmTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(defaults.origin()).startsWith(ProcessHandle.current().pid() + "@");
    assertThat(defaults.listener()).isSameAs(ProducerListener.NONE);
  }

  private void fail(BrokerException error) {
    broker.answer((route, message) -> CompletableFuture.failedFuture(error));
  }

  private static List<EnqueueRequest<Click>> clicks(int count) {
    List<EnqueueRequest<Click>> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(EnqueueRequest.of(CLICK, new Click(i)));
    }
    return requests;
  }
}
